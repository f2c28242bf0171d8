import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { oneLine } from '../../checker/clean-text.ts';
import { balancerNames, namesComplaint } from '../balancer-names.ts';
import {
  type BackendChange,
  type HookContext,
  type HookDriver,
  type HookFarm,
  type HookType,
  type ObservedState,
  PartialFailure,
} from '../hook.ts';
import { fillWith } from '../template.ts';
import { FarmFile } from './farm-file.ts';
import { type Entry, formats } from './format.ts';
import { type FileHookOptions, fileHookOptions } from './options.ts';

/**
 * Keeps a file with the states of a farm's backends, or one for each backend, for whoever watches files. It is always
 * whole, and what others do to it is corrected at the next resync.
 */
export const fileHook: HookType<FileHookOptions> = {
  name: 'file',
  options: fileHookOptions,

  preflight: async ({ path, format, names }, farm) => {
    const folders = new Set(farm.backends.map(({ id }) => dirname(pathOf(path, farm, id))));
    for (const folder of folders) {
      const found = await stat(folder).catch(() => undefined);
      if (!found?.isDirectory()) return `no folder ${folder}`;
    }
    return namesComplaint(farm, names) ?? (format === 'lines' ? wordsComplaint(farm, names) : undefined);
  },

  claims: ({ path }, farm) => [...new Set(farm.backends.map(({ id }) => pathOf(path, farm, id)))],

  create: (options, context) => new FileDriver(options, context),
};

/** A line has a name in front of its first blank. */
const wordsComplaint = ({ backends }: HookFarm, names: FileHookOptions['names']): string | undefined => {
  const named = backends.find(({ id }) => /\s/.test(names?.[id] ?? ''));
  return (
    named && `names.${named.id}: "${oneLine(names?.[named.id] ?? '')}" has a blank, which format lines has no place for`
  );
};

const pathOf = (template: string, { id }: HookFarm, backend: string): string =>
  fillWith(template, { farm: id, backend }, String);

class FileDriver implements HookDriver {
  readonly name: string;
  readonly batch = Number.MAX_SAFE_INTEGER;
  /** By backend; several share one when the path has no {backend}. */
  readonly #files: ReadonlyMap<string, FarmFile>;

  constructor({ path, format = 'json', names }: FileHookOptions, { farm }: HookContext) {
    this.name = `file ${path}`;
    const { nameOf } = balancerNames(farm, names);
    const groups = groupBy(farm.backends, ({ id }) => pathOf(path, farm, id));
    const files = [...groups].flatMap(([path, backends]) => {
      const file = new FarmFile(path, formats[format], { farm: { ...farm, backends }, nameOf });
      return backends.map(({ id }): [string, FarmFile] => [id, file]);
    });
    this.#files = new Map(files);
  }

  async apply(changes: readonly BackendChange[], signal: AbortSignal): Promise<void> {
    const failed = new Map<string, string>();
    const groups = groupBy(changes, ({ backend }) => this.#files.get(backend));
    for (const [file, group] of groups) {
      if (signal.aborted) throw new Error('cancelled');
      try {
        await file?.write(new Map(group.map((change) => [change.backend, entryOf(change)])));
      } catch (error) {
        if (groups.size === 1) throw error;
        for (const { backend } of group) failed.set(backend, (error as Error).message);
      }
    }
    if (failed.size > 0) throw new PartialFailure(failed);
  }

  async observe(): Promise<ReadonlyMap<string, ObservedState>> {
    const observed = new Map<string, ObservedState>();
    for (const file of new Set(this.#files.values()))
      for (const [backend, { state }] of await file.observe())
        observed.set(backend, { state, word: state, manual: false });
    return observed;
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

const entryOf = ({ state, code, summary, sequence, at }: BackendChange): Entry => ({
  state,
  code,
  summary,
  sequence,
  at,
});

const groupBy = <Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): ReadonlyMap<Key, Item[]> => {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
};
