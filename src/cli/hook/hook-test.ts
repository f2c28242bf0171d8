import { oneLine } from '../../checker/clean-text.ts';
import { nearestWord } from '../../checker/nearest-word.ts';
import type { FarmConfig } from '../../config/config.ts';
import { loadConfig } from '../../config/index.ts';
import { planChecks } from '../../farm/plan.ts';
import { parseSelector } from '../../farm/selector.ts';
import { hookFarm, hookNames } from '../../guardian/farm-hooks.ts';
import type { AnyHookType } from '../../hook/hook.ts';
import { Sharing } from '../../hook/sharing.ts';
import { silentLogger } from '../../log/logger.ts';
import { askStatus } from '../../status/status-client.ts';
import { textTable } from '../../status/text-table.ts';
import { CheckPool } from '../../worker/check-pool.ts';
import { type AddCommand, type CliContext, printLines, UsageError } from '../cli-io.ts';
import { namedSocket, socketOption } from '../find-socket.ts';
import { choose } from './choose.ts';
import { comparison, type Desired } from './comparison.ts';
import { roundTrip } from './round-trip.ts';

interface HookTestOptions {
  readonly config?: string;
  readonly socket?: string;
  readonly apply?: true;
}

/** `farm-guardian hook test`: what a farm's balancer shows, what would be changed there, and whether that works. */
export const hookCommand: AddCommand = (program, context, exit) => {
  program
    .command('hook')
    .description('Try the hooks of a farm.')
    .command('test')
    .description('Read the balancer of a farm and say what the guardian would change; with --apply, try to change it.')
    .argument('<farm>', 'farm of the config')
    .argument('[hook]', 'only this hook, by its name in the status: nftlb, exec, exec-2 … (default: all of the farm)')
    .option('-c, --config <file>', 'config file (default: farm-guardian.yaml, .yml or .json, as found)')
    .option(...socketOption)
    .option('--apply', 'drain one healthy backend and ready it again, as a round trip')
    .addHelpText('after', '\nThe exit code is 0 when each hook does what it should, else 2.')
    .action(async (name: string, hook: string | undefined, options: HookTestOptions) => {
      const { process, checkers, hooks } = context;
      const config = await loadConfig(options.config, { checkers, hooks }, { cwd: process.cwd() });
      const selector = parseSelector(name, config.farms);
      const farm = config.farms.find(({ id }) => id === selector.farm);
      if (!farm || selector.backend !== undefined) throw new UsageError(`${name} names no farm`);
      const selected = selectHooks(farm, hook);
      const socket = namedSocket(context, options.socket) ?? config.socket;
      const desired = await desiredStates(socket, farm.id);
      printLines(context, [
        desired ? `What is desired is what the guardian at ${socket} says.` : 'No guardian runs: nothing is desired.',
      ]);
      let failures = 0;
      for (const [hookName, bound] of selected)
        failures += (await tryHook({ context, farm, hookName, bound, desired, apply: options.apply })) ? 0 : 1;
      exit(failures === 0 ? 0 : 2);
    });
};

type BoundHook = FarmConfig<AnyHookType>['hooks'][number];

interface HookTrial {
  readonly context: CliContext;
  readonly farm: FarmConfig<AnyHookType>;
  readonly hookName: string;
  readonly bound: BoundHook;
  readonly desired: Desired | undefined;
  readonly apply: true | undefined;
}

/** Tries one hook; gives whether all is well. */
const tryHook = async ({ context, farm, hookName, bound, desired, apply }: HookTrial): Promise<boolean> => {
  const { clock } = context;
  const { type, options } = bound;
  const say = (...lines: string[]) => printLines(context, lines);
  const told = hookFarm(farm);
  const complaint = await type.preflight(options, told);
  if (complaint !== undefined) {
    say('', `${hookName}: ${complaint}`);
    return false;
  }
  await using driver = type.create(options, { clock, log: silentLogger, farm: told, sharing: new Sharing() });
  say('', `${hookName}: ${driver.name}`);
  const { signal } = new AbortController();
  try {
    const shown = await driver.observe?.(farm.id, signal);
    const rows = shown && comparison(told, shown, desired);
    if (rows) say(...textTable([['BACKEND', 'SHOWS', 'DESIRED', 'WOULD'], ...rows.map(({ cells }) => cells)]));
    else say('It cannot be read: it is told again at each resync.');
    const known = rows?.every(({ missing }) => !missing) ?? true;
    if (!apply) return known;
    await using pool = new CheckPool({ clock });
    const chosen = await choose(planChecks(farm), { pool, clock, shown });
    const took = await roundTrip(driver, { chosen, farm: told, context });
    say(...took);
    return known;
  } catch (error) {
    say(`failed: ${oneLine((error as Error).message)}`);
    return false;
  }
};

const selectHooks = (farm: FarmConfig<AnyHookType>, wanted: string | undefined): [string, BoundHook][] => {
  const names = hookNames(farm.hooks.map(({ type }) => type.name));
  const all = farm.hooks.map((hook, i): [string, BoundHook] => [names[i] ?? hook.type.name, hook]);
  if (all.length === 0) throw new UsageError(`farm ${farm.id} has no hooks`);
  const selected = wanted === undefined ? all : all.filter(([name]) => name === wanted);
  if (selected.length > 0) return selected;
  const near = nearestWord(wanted ?? '', names);
  throw new UsageError(
    `farm ${farm.id} has no hook "${wanted}"; ${near ? `did you mean "${near}"?` : `there are: ${names.join(', ')}`}`,
  );
};

/** What the running guardian wants of each backend; `undefined` when none runs. */
const desiredStates = async (socket: string, farm: string): Promise<Desired | undefined> => {
  const status = await askStatus(socket).catch(() => undefined);
  const backends = status?.farms.find(({ id }) => id === farm)?.backends;
  return backends && new Map(backends.map(({ id, desired }) => [id, desired]));
};
