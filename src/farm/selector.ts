import { nearestWord } from '../checker/nearest-word.ts';
import type { FarmConfig } from '../config/config.ts';

/** What `FARM` or `FARM/BACKEND` on a command line names. */
export interface Selector {
  readonly farm: string;
  /** All backends of the farm when absent. */
  readonly backend?: string;
}

/** Thrown for a selector that names nothing; the message names the nearest farm or backend. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

/** Farms with their backends, as far as selectors care. */
type Farms = readonly (Pick<FarmConfig, 'id'> & { readonly backends: readonly { readonly id: string }[] })[];

/** How many names are listed where none is near. */
const listed = 10;

const unknown = (kind: string, word: string, known: readonly string[]): SelectorError => {
  const near = nearestWord(word, known);
  if (near) return new SelectorError(`no ${kind} "${word}"; did you mean "${near}"?`);
  const more = known.length > listed ? ` and ${known.length - listed} more` : '';
  return new SelectorError(`no ${kind} "${word}"; there are: ${known.slice(0, listed).join(', ')}${more}`);
};

/**
 * Reads `FARM` or `FARM/BACKEND`.
 *
 * @throws SelectorError when there is no such farm or backend
 */
export const parseSelector = (text: string, farms: Farms): Selector => {
  const slash = text.indexOf('/');
  const farmId = slash < 0 ? text : text.slice(0, slash);
  const farm = farms.find(({ id }) => id === farmId);
  if (!farm)
    throw unknown(
      'farm',
      farmId,
      farms.map(({ id }) => id),
    );
  if (slash < 0) return { farm: farmId };
  const backend = text.slice(slash + 1);
  const ids = farm.backends.map(({ id }) => id);
  if (!ids.includes(backend)) throw unknown(`backend in farm ${farmId}`, backend, ids);
  return { farm: farmId, backend };
};

/** Whether any of the selectors names this backend; no selector at all names every backend. */
export const isSelected = (selectors: readonly Selector[], farm: string, backend: string): boolean =>
  selectors.length === 0 ||
  selectors.some((s) => s.farm === farm && (s.backend === undefined || s.backend === backend));
