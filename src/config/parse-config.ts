import { dirname, extname, resolve } from 'node:path';
import { inOneGo, type Sliced } from '../clock/slices.ts';
import type { ParsedSource } from './build-source.ts';
import type { Config, Described, Registry } from './config.ts';
import { ConfigError, type Problem } from './config-error.ts';
import type { ConfigInput } from './config-input.ts';
import { deepFreeze } from './deep-freeze.ts';
import { type FarmSubject, readFarm } from './farm-config.ts';
import { digestOf, KnownFarms, type WrittenFarm } from './known-farms.ts';
import { parseSource } from './parse-source.ts';
import { ProblemList } from './problem-list.ts';
import { rootSchema } from './schema.ts';
import { childOf, type SourceNode } from './source-node.ts';
import { validate, validateEntries } from './validate.ts';
import { valueSource } from './value-source.ts';

/** sun_path holds 108 bytes with the zero at its end (unix(7)). */
const longestSocketPath = 107;

/**
 * Makes a config of the text of a file: YAML 1.2, or JSON when the file is named `.json`.
 *
 * @param file names the file in messages, and the folder that relative paths are relative to
 * @throws ConfigError with every problem of the text
 */
export const parseConfig = <Hook extends Described>(
  text: string,
  file: string,
  registry: Registry<Hook>,
): Config<Hook> => {
  return inOneGo(configIn(parseSource(text, isJson(file)), file, registry));
};

/** Backends whose farms are looked at in one go: about a millisecond where they are known. */
const sliceSize = 1_000;

/** Whether a file of this name is JSON and nothing else. */
export const isJson = (file: string): boolean => extname(file) === '.json';

/**
 * Makes a config of the parsed text of a file.
 *
 * @param known farms to take over where they are written as they were; from then on those of this config
 * @throws ConfigError with every problem of the text
 */
export function* configIn<Hook extends Described>(
  { root, problems }: ParsedSource,
  file: string,
  registry: Registry<Hook>,
  known = new KnownFarms<Hook>(),
): Sliced<Config<Hook>> {
  if (!root) throw new ConfigError(file, problems);
  return yield* bindConfig(root, problems, file, registry, known);
}

/**
 * Makes a config of a value in code, as a config file would write it: the value as it is at the call. Its problems have a
 * path, but no line.
 *
 * @param file stands for the value in messages; relative paths are relative to its folder
 * @param known as with {@link configIn}
 * @throws ConfigError with every problem of the value
 */
export const configOf = <Hook extends Described>(
  input: ConfigInput,
  file: string,
  registry: Registry<Hook>,
  known = new KnownFarms<Hook>(),
): Sliced<Config<Hook>> => {
  const value: unknown = JSON.parse(JSON.stringify(input));
  return (function* () {
    return yield* bindConfig(yield* valueSource(value), [], file, registry, known);
  })();
};

function* bindConfig<Hook extends Described>(
  root: SourceNode,
  foundBefore: readonly Problem[],
  file: string,
  registry: Registry<Hook>,
  known: KnownFarms<Hook>,
): Sliced<Config<Hook>> {
  const problems = new ProblemList(root, foundBefore);
  const { written, ...config } = yield* readConfig(root, resolve(file), registry, problems, known);
  const found = problems.sorted();
  if (found.length > 0) throw new ConfigError(file, found);
  known.replace(written);
  return deepFreeze({ ...config, farms: Array.from(written.values(), ({ farm }) => farm) });
}

function* readConfig<Hook extends Described>(
  root: SourceNode,
  file: string,
  registry: Registry<Hook>,
  problems: ProblemList,
  known: KnownFarms<Hook>,
): Sliced<Omit<Config<Hook>, 'farms'> & { readonly written: WrittenFarms<Hook> }> {
  const settings = validateEntries(rootSchema, { node: root, path: [], problems }, ['farms']);
  const ids = withoutFarms(childOf(root, 'farms'));
  if (ids) validate(rootSchema.entries.farms, { node: ids, path: ['farms'], problems });
  const absolute = (path: string) => resolve(dirname(file), path);
  const socket = absolute(settings.socket ?? '/run/farm-guardian.sock');
  if (Buffer.byteLength(socket) > longestSocketPath)
    problems.add(
      ['socket'],
      `is a path of ${Buffer.byteLength(socket)} bytes; a unix socket's has at most ${longestSocketPath}`,
    );
  const folders = settings.pluginPath && childOf(root, 'pluginPath');
  const inherited = new Map(folders ? [['pluginPath', folders]] : []);
  return {
    file,
    stateDir: absolute(settings.stateDir ?? '/var/lib/farm-guardian'),
    socket,
    listen: childOf(root, 'listen') ? settings.listen : { host: '127.0.0.1', port: 9720 },
    snapshotMaxAgeMs: settings.snapshotMaxAge ?? 3_600_000,
    limits: { total: settings.concurrency ?? 1_000, perGroup: settings.perHost ?? 100 },
    canaries: settings.canaries?.filter((canary) => canary !== undefined) ?? [],
    written: yield* readFarms(root, known, { file, registry, problems, defaults: settings.defaults ?? {}, inherited }),
  };
}

/** The ids alone: each farm is looked at by itself. */
const withoutFarms = (farms: SourceNode | undefined): SourceNode | undefined => {
  if (farms?.kind !== 'map') return farms;
  const empty = ({ at, keyAt }: SourceNode): SourceNode => ({ kind: 'plain', value: null, at, keyAt });
  return { ...farms, entries: new Map(Array.from(farms.entries, ([id, farm]) => [id, empty(farm)])) };
};

type WrittenFarms<Hook extends Described> = ReadonlyMap<string, WrittenFarm<Hook>>;

/** In the order of the file, which an object does not keep for ids that are numbers. */
function* readFarms<Hook extends Described>(
  root: SourceNode,
  known: KnownFarms<Hook>,
  common: Omit<FarmSubject<Hook>, 'id' | 'node' | 'path'>,
): Sliced<WrittenFarms<Hook>> {
  const farms = childOf(root, 'farms');
  const written = new Map<string, WrittenFarm<Hook>>();
  if (farms?.kind !== 'map') return written;
  let sinceTurn = 0;
  const surroundings = [childOf(root, 'defaults'), ...common.inherited.values()];
  for (const [id, node] of farms.entries) {
    const digest = digestOf(common.file, node, ...surroundings);
    const farm = known.recall(id, digest, node) ?? (yield* readFarm({ ...common, id, node, path: ['farms', id] }));
    if (farm) written.set(id, { digest, farm });
    sinceTurn += 1 + (farm?.backends.length ?? 0);
    if (sinceTurn < sliceSize) continue;
    sinceTurn = 0;
    yield;
  }
  return written;
}
