import type { AnyChecker } from '../checker/index.ts';
import type { Sliced } from '../clock/slices.ts';
import { canonicalHost } from './address.ts';
import type { Bound } from './bind-type.ts';
import type { BackendConfig } from './config.ts';
import type { ProblemList } from './problem-list.ts';
import { type FarmSettings, farmSchema } from './schema.ts';
import { childOf, type Path, type SourceNode } from './source-node.ts';
import { validate } from './validate.ts';

/** So many backends are validated in one go: one or two milliseconds. */
const sliceSize = 250;

/** Where a farm with backends stands. */
export interface BackendsSubject {
  /** The farm. */
  readonly node: SourceNode;
  readonly path: Path;
  readonly problems: ProblemList;
}

/**
 * The backends of a farm in the order of the file, which an object does not keep for ids that are numbers; `undefined`
 * after a problem.
 */
export function* readBackends(
  { node, path, problems }: BackendsSubject,
  { port, vip }: FarmSettings,
  check: Bound<AnyChecker> | undefined,
): Sliced<BackendConfig[] | undefined> {
  const defaultPort = check?.type.defaultPort ?? 1;
  // Farm Guardian takes the farm's own port where the check has none.
  const fallback = port ?? (defaultPort || (vip?.port ?? 0));
  const source = childOf(node, 'backends');
  const addresses = source && (yield* readAddresses(source, [...path, 'backends'], problems));
  if (!addresses || source?.kind !== 'map') return undefined;
  const seen = new Map<string, string>();
  const backends: BackendConfig[] = [];
  for (const id of source.entries.keys()) {
    const address = addresses.get(id);
    if (!address) continue;
    const family = 'family' in address ? address.family : undefined;
    const backend = { id, host: address.host, port: address.port ?? fallback, ...(family && { family }) };
    const server = `${canonicalHost(backend.host)} ${backend.port} ${family ?? ''}`;
    const twin = seen.get(server);
    if (twin === undefined) seen.set(server, id);
    else problems.add([...path, 'backends', id], `has the same host and port as ${twin}`);
    if (backend.port === 0 && check?.type.needsPort?.(check.options))
      problems.add([...path, 'backends', id], 'has no port, nor has its farm: the check needs one');
    backends.push(Object.freeze(backend));
    if (backends.length % sliceSize === 0) yield;
  }
  return backends;
}

type Addresses = NonNullable<FarmSettings['backends']>;

/** What the schema makes of them, slice by slice; `undefined` after a problem. */
function* readAddresses(
  source: SourceNode,
  path: Path,
  problems: ProblemList,
): Sliced<ReadonlyMap<string, Addresses[string]> | undefined> {
  const entries = source.kind === 'map' ? [...source.entries] : [];
  const addresses = new Map<string, Addresses[string]>();
  let sound = true;
  for (let start = 0; start === 0 || start < entries.length; start += sliceSize) {
    const slice = new Map(entries.slice(start, start + sliceSize));
    const node = source.kind === 'map' ? { ...source, entries: slice } : source;
    const valid = validate(farmSchema.entries.backends, { node, path, problems });
    if (valid) for (const id of Object.keys(valid)) addresses.set(id, valid[id] as Addresses[string]);
    else sound = false;
    yield;
  }
  return sound ? addresses : undefined;
}
