import { nearestWord } from '../checker/nearest-word.ts';
import type { HookFarm } from './hook.ts';

/** The option `names`: by a backend's id, its name in the balancer. */
export type NamesOption = Readonly<Record<string, string>> | undefined;

/** The guardian's names for backends, and the balancer's. */
export interface BalancerNames {
  /** What the balancer calls a backend of the farm. */
  nameOf(backend: string): string;
  /** Which backend of the farm the balancer means; `undefined` when it is none of the farm's. */
  backendOf(name: string): string | undefined;
}

/** Both directions of the option `names`; a backend that is not in it has its id for a name. */
export const balancerNames = ({ backends }: HookFarm, names: NamesOption = {}): BalancerNames => {
  const nameOf = (backend: string) => (Object.hasOwn(names, backend) ? (names[backend] ?? backend) : backend);
  const byName = new Map(backends.map(({ id }) => [nameOf(id), id]));
  return { nameOf, backendOf: (name) => byName.get(name) };
};

/** What is wrong with the option `names` for a farm, for `preflight`; `undefined` when nothing is. */
export const namesComplaint = (farm: HookFarm, names: NamesOption = {}): string | undefined => {
  const ids = farm.backends.map(({ id }) => id);
  for (const id of Object.keys(names)) {
    if (ids.includes(id)) continue;
    const near = nearestWord(id, ids);
    return `names.${id}: farm ${farm.id} has no such backend${near === undefined ? '' : `; did you mean "${near}"?`}`;
  }
  const { nameOf } = balancerNames(farm, names);
  const owners = new Map<string, string>();
  for (const id of ids) {
    const name = nameOf(id);
    const other = owners.get(name);
    if (other !== undefined) return `names: ${other} and ${id} would both be "${name}" in the balancer`;
    owners.set(name, id);
  }
  return undefined;
};
