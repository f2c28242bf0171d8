import type { AnyChecker } from '../checker/index.ts';
import { canonicalHost } from './address.ts';
import { type Bound, bindType } from './bind-type.ts';
import type { BackendConfig, Described, FarmConfig, GuardConfig, HookConfig, Registry } from './config.ts';
import { deepFreeze } from './deep-freeze.ts';
import { judgementOf } from './judgement.ts';
import type { ProblemList } from './problem-list.ts';
import { rhythmOf } from './rhythm.ts';
import { type FarmSettings, farmSchema, type RhythmSettings } from './schema.ts';
import { childOf, type Path, type SourceNode } from './source-node.ts';
import { validateEntries } from './validate.ts';

/** Where a farm stands, and what it is made with. */
export interface FarmSubject<Hook extends Described> {
  readonly id: string;
  readonly node: SourceNode;
  readonly path: Path;
  readonly problems: ProblemList;
  readonly defaults: RhythmSettings;
  readonly registry: Registry<Hook>;
  /** The config file, absolute. */
  readonly file: string;
}

/** One farm of the file; `undefined` after a problem, and all its problems are told. */
export const readFarm = <Hook extends Described>(subject: FarmSubject<Hook>): FarmConfig<Hook> | undefined => {
  const { id, node, path, problems, defaults } = subject;
  const settings = validateEntries(farmSchema, { node, path, problems });
  const check = readCheck(subject);
  const hooks = readHooks(subject);
  const backends = readBackends(subject, settings, check?.type.defaultPort ?? 1);
  const guard = readGuard(settings, backends?.length, subject);
  if (!check || !hooks || !backends) return undefined;
  return {
    id,
    ...(settings.vip && { vip: withoutGaps(settings.vip) }),
    check: closed({ checker: check.type, options: check.options }),
    ...rhythmOf(settings, defaults),
    ...judgementOf(settings, subject),
    guard,
    backends,
    hooks,
  };
};

const readCheck = <Hook extends Described>({ node, path, problems, registry, file }: FarmSubject<Hook>) => {
  const check = childOf(node, 'check');
  const known = registry.checkers;
  return check && bindType<AnyChecker>({ node: check, path: [...path, 'check'], problems, noun: 'check', known, file });
};

const readHooks = <Hook extends Described>(subject: FarmSubject<Hook>): HookConfig<Hook>[] | undefined => {
  const { node, path, problems, registry, file } = subject;
  const list = childOf(node, 'hooks');
  const items = list?.kind === 'list' ? list.items : [];
  const hooks = items.map((item, index) => {
    const bound: Bound<Hook> | undefined = bindType({
      node: item,
      path: [...path, 'hooks', index],
      problems,
      noun: 'hook',
      known: registry.hooks,
      file,
    });
    return bound && closed({ ...bound, line: item.keyAt.line });
  });
  return hooks.every((hook) => hook !== undefined) ? hooks : undefined;
};

/** In the order of the file, which an object does not keep for ids that are numbers. */
const readBackends = <Hook extends Described>(
  { node, path, problems }: FarmSubject<Hook>,
  { backends, port }: FarmSettings,
  defaultPort: number,
): BackendConfig[] | undefined => {
  const source = childOf(node, 'backends');
  if (!backends || source?.kind !== 'map') return undefined;
  const seen = new Map<string, string>();
  return [...source.entries.keys()].flatMap((id) => {
    const address = backends[id];
    if (!address) return [];
    const family = 'family' in address ? address.family : undefined;
    const backend = { id, host: address.host, port: address.port ?? port ?? defaultPort, ...(family && { family }) };
    const server = `${canonicalHost(backend.host)} ${backend.port} ${family ?? ''}`;
    const twin = seen.get(server);
    if (twin === undefined) seen.set(server, id);
    else problems.add([...path, 'backends', id], `has the same host and port as ${twin}`);
    return [backend];
  });
};

const readGuard = <Hook extends Described>(
  { guard = {} }: FarmSettings,
  backends: number | undefined,
  { path, problems }: FarmSubject<Hook>,
): GuardConfig => {
  const { minUp = 0 } = guard;
  // Whoever wants some to stay in wants it most when all of them fail.
  const whenAllFail = guard.whenAllFail ?? (Number.parseFloat(String(minUp)) > 0 ? 'hold' : 'down');
  if (typeof minUp === 'string') return { minUp: { percent: Number.parseFloat(minUp) }, whenAllFail };
  if (backends !== undefined && minUp > backends)
    problems.add(
      [...path, 'guard', 'minUp'],
      `is ${minUp}, but the farm has ${backends} backend${backends === 1 ? '' : 's'}`,
    );
  return { minUp: { count: minUp }, whenAllFail };
};

/** Freezes options here, so that the freezing of the whole config stops before the checker or hook type beside them. */
const closed = <Holder extends { readonly options: unknown }>(holder: Holder): Holder => {
  deepFreeze(holder.options);
  return Object.freeze(holder);
};

const withoutGaps = ({ host, port }: { host: string; port?: number | undefined }) => ({ host, ...(port && { port }) });
