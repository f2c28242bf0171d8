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
  /** Options of the top level for checks that have them and do not set them themselves. */
  readonly inherited: ReadonlyMap<string, SourceNode>;
  /** The config file, absolute. */
  readonly file: string;
}

/** One farm of the file; `undefined` after a problem, and all its problems are told. */
export const readFarm = <Hook extends Described>(subject: FarmSubject<Hook>): FarmConfig<Hook> | undefined => {
  const { id, node, path, problems, defaults } = subject;
  const settings = validateEntries(farmSchema, { node, path, problems });
  const check = readCheck(subject);
  const hooks = readHooks(subject);
  const backends = readBackends(subject, settings, check);
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

const readCheck = <Hook extends Described>(subject: FarmSubject<Hook>) => {
  const { node, path, problems, registry, inherited, file } = subject;
  const check = childOf(node, 'check');
  const command = childOf(node, 'command');
  const common = { problems, noun: 'check', known: registry.checkers, inherited, file };
  if (check && command) problems.add([...path, 'command'], 'is of no use beside check');
  else if (command) return bindType<AnyChecker>({ ...common, node: execCheck(command), path });
  else if (!check && node.kind === 'map') problems.add([...path, 'check'], 'is required');
  return check && bindType<AnyChecker>({ ...common, node: check, path: [...path, 'check'] });
};

/** What `command: …` is short for. */
const execCheck = (command: SourceNode): SourceNode => {
  const { at, keyAt } = command;
  const type: SourceNode = { kind: 'plain', value: 'exec', at, keyAt };
  return {
    kind: 'map',
    entries: new Map([
      ['type', type],
      ['command', command],
    ]),
    at,
    keyAt,
  };
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
  { backends, port, vip }: FarmSettings,
  check: Bound<AnyChecker> | undefined,
): BackendConfig[] | undefined => {
  const defaultPort = check?.type.defaultPort ?? 1;
  // Farm Guardian takes the farm's own port where the check has none.
  const fallback = port ?? (defaultPort || (vip?.port ?? 0));
  const source = childOf(node, 'backends');
  if (!backends || source?.kind !== 'map') return undefined;
  const seen = new Map<string, string>();
  return [...source.entries.keys()].flatMap((id) => {
    const address = backends[id];
    if (!address) return [];
    const family = 'family' in address ? address.family : undefined;
    const backend = { id, host: address.host, port: address.port ?? fallback, ...(family && { family }) };
    const server = `${canonicalHost(backend.host)} ${backend.port} ${family ?? ''}`;
    const twin = seen.get(server);
    if (twin === undefined) seen.set(server, id);
    else problems.add([...path, 'backends', id], `has the same host and port as ${twin}`);
    if (backend.port === 0 && check?.type.needsPort?.(check.options))
      problems.add([...path, 'backends', id], 'has no port, nor has its farm: the check needs one');
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
