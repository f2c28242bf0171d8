import { hash } from 'node:crypto';
import type { Described, FarmConfig } from './config.ts';
import { childOf, type SourceNode } from './source-node.ts';

/** A farm, and what stands for the text it was made of. */
export interface WrittenFarm<Hook extends Described> {
  readonly digest: string;
  readonly farm: FarmConfig<Hook>;
}

/**
 * The farms of a config as it was read last. When it is read again, a farm that is written as it was is taken over as
 * it is, with all it consists of: that costs no time, and nothing is in memory twice.
 */
export class KnownFarms<Hook extends Described = Described> {
  #farms: ReadonlyMap<string, WrittenFarm<Hook>> = new Map();

  /** The farm of this id, if it is written so that it has this digest. */
  recall(id: string, digest: string, node: SourceNode): FarmConfig<Hook> | undefined {
    const known = this.#farms.get(id);
    return known?.digest === digest ? onItsLines(known.farm, node) : undefined;
  }

  /** Takes the farms of a config without mistakes in place of those before. */
  replace(farms: ReadonlyMap<string, WrittenFarm<Hook>>): void {
    this.#farms = farms;
  }
}

/** Stands for what is written in some values of a file, wherever they stand in it. */
export const digestOf = (file: string, ...nodes: readonly (SourceNode | undefined)[]): string =>
  hash('sha256', [file, ...nodes.map((node) => (node ? written(node) : ''))].join('\n'), 'base64url');

/** As JSON has it, the order of keys included. */
const written = (node: SourceNode): string => {
  switch (node.kind) {
    case 'plain':
      return JSON.stringify(node.value);
    case 'list':
      return `[${node.items.map(written).join(',')}]`;
    case 'map':
      return `{${Array.from(node.entries, ([key, child]) => `${JSON.stringify(key)}:${written(child)}`).join(',')}}`;
  }
};

/** Messages about hooks name their lines, which move whenever something is written above. */
const onItsLines = <Hook extends Described>(farm: FarmConfig<Hook>, node: SourceNode): FarmConfig<Hook> => {
  const list = childOf(node, 'hooks');
  const lines = list?.kind === 'list' ? list.items.map((item) => item.keyAt.line) : [];
  if (farm.hooks.every(({ line }, i) => line === lines[i])) return farm;
  const hooks = farm.hooks.map((hook, i) => Object.freeze({ ...hook, line: lines[i] ?? hook.line }));
  return Object.freeze({ ...farm, hooks: Object.freeze(hooks) });
};
