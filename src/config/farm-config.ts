import type { AnyChecker } from '../checker/index.ts';
import type { Sliced } from '../clock/slices.ts';
import { type Bound, bindType } from './bind-type.ts';
import type { Described, FarmConfig, GuardConfig, HookConfig, Registry } from './config.ts';
import { deepFreeze } from './deep-freeze.ts';
import { readBackends } from './farm-backends.ts';
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
export function* readFarm<Hook extends Described>(subject: FarmSubject<Hook>): Sliced<FarmConfig<Hook> | undefined> {
  const { id, node, path, problems, defaults } = subject;
  const settings = validateEntries(farmSchema, { node, path, problems }, ['backends']);
  const check = readCheck(subject);
  const hooks = readHooks(subject);
  const backends = yield* readBackends(subject, settings, check);
  const guard = readGuard(settings, backends?.length, subject);
  if (!check || !hooks || !backends) return undefined;
  return deepFreeze({
    id,
    ...(settings.vip && { vip: withoutGaps(settings.vip) }),
    check: closed({ checker: check.type, options: check.options }),
    ...rhythmOf(settings, defaults),
    ...judgementOf(settings, subject),
    guard,
    backends,
    hooks,
  });
}

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
