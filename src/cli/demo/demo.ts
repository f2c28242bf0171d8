import { InvalidArgumentError } from 'commander';
import { type CheckResult, type Clock, wait } from '../../checker/index.ts';
import { type Guardian, startGuardian } from '../../guardian/guardian.ts';
import type { DesiredState } from '../../health/desired-state.ts';
import { type AddCommand, type CliContext, type ExitCode, printLines } from '../cli-io.ts';
import { DemoFarms } from './demo-farms.ts';
import { type DemoFault, demoFaults } from './demo-faults.ts';
import { type DemoScreen, liveScreen, plainScreen } from './demo-screen.ts';

/** On a terminal people want to read along, so the demo rests before each change. */
const beatMs = 700;

/** How long a fault may take to be seen, and to be seen healed, before the demo gives up on it. */
const patienceMs = 10_000;

/** `farm-guardian demo`: the real guardian on embedded farms whose servers break and heal. */
export const demoCommand: AddCommand = (program, context, exit) => {
  program
    .command('demo')
    .description('Watch embedded FTP, TFTP and SFTP farms break and heal; on loopback only, ends by itself.')
    .option('--seconds <n>', 'go on, round after round, until so many seconds have passed', wholeNumber, 0)
    .addHelpText('after', '\nThe exit code is 0 when every fault was seen and healed, else 1.')
    .action(async ({ seconds }: { readonly seconds: number }) => exit(await demo(context, seconds)));
};

const wholeNumber = (text: string): number => {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of seconds.');
  return Number(text);
};

const demo = async (context: CliContext, seconds: number): Promise<ExitCode> => {
  const { process, clock } = context;
  printLines(context, [
    'Three farms of embedded servers on loopback, the real guardian, an exec hook for a balancer.',
    '',
  ]);
  await using farms = await DemoFarms.open(context);
  await using guardian = await startGuardian(farms.config, { clock });
  const startedAt = clock.now();
  const seen: Seen[] = [];
  {
    using screen = process.stdout.isTTY
      ? liveScreen(process.stdout, clock, () => guardian.status())
      : plainScreen(process.stdout);
    const say = (text: string) => screen.say(`${((clock.now() - startedAt) / 1_000).toFixed(2).padStart(6)}s  ${text}`);
    narrate(guardian, { say });
    await firstRound(guardian, farms, clock);
    const beat = () => wait(clock, process.stdout.isTTY ? beatMs : 0);
    do for (const fault of demoFaults) seen.push(await play(fault, { farms, guardian, clock, say, beat }));
    while (clock.now() - startedAt < seconds * 1_000);
  }
  await guardian.stop();
  return summarize(context, seen, await falseAlarms(farms, seen));
};

/** Says what the guardian tells as it happens. */
const narrate = ({ events }: Guardian, { say }: Pick<DemoScreen, 'say'>): void => {
  const why = ({ code, summary }: CheckResult) => (code === 'ok' ? summary : `[${code}] ${summary}`);
  events.on('turned', ({ farm, backend, to, result }) => say(`  ${farm}/${backend} is ${to}: ${why(result)}`));
  events.on('delivery', ({ change, hook, durationMs, error }) =>
    say(
      `    hook ${hook} ${error ? 'could not deliver' : 'delivered'} ${change.farm}/${change.backend} ${change.state} in ${Math.round(durationMs)} ms${error ? `: ${error}` : ''}`,
    ),
  );
};

/** How one fault went: milliseconds until the hook had delivered, `undefined` when that was not seen. */
interface Seen extends DemoFault {
  readonly downMs: number | undefined;
  readonly upMs: number | undefined;
}

interface Stage {
  readonly farms: DemoFarms;
  readonly guardian: Guardian;
  readonly clock: Clock;
  say(text: string): void;
  beat(): Promise<void>;
}

/** Breaks a server and mends it, and waits each time until the hook has delivered what follows from it. */
const play = async (fault: DemoFault, { farms, guardian, clock, say, beat }: Stage): Promise<Seen> => {
  const { backend, story } = fault;
  const server = farms.server(backend);
  const timed = async (state: DesiredState, change: () => Promise<void>): Promise<number | undefined> => {
    const delivered = delivery(guardian, backend, state, clock);
    const from = clock.now();
    await change();
    return (await delivered) ? clock.now() - from : undefined;
  };
  await beat();
  say(`${backend}: ${story}`);
  const downMs = await timed('down', () => server.inject(fault.fault));
  await beat();
  say(`${backend}: mended`);
  const upMs = await timed('up', () => server.heal());
  return { ...fault, downMs, upMs };
};

/** Whether a hook delivers a state for a backend before patience ends. */
const delivery = async (guardian: Guardian, name: string, state: DesiredState, clock: Clock): Promise<boolean> => {
  const patience = new AbortController();
  let delivered = false;
  const onDelivery: Parameters<typeof guardian.events.on<'delivery'>>[1] = ({ change, error }) => {
    if (error !== undefined || `${change.farm}/${change.backend}` !== name || change.state !== state) return;
    delivered = true;
    patience.abort();
  };
  guardian.events.on('delivery', onDelivery);
  await wait(clock, patienceMs, patience.signal);
  guardian.events.off('delivery', onDelivery);
  return delivered;
};

/** Waits until every backend was found up and its hook told so. */
const firstRound = async (guardian: Guardian, { config }: DemoFarms, clock: Clock): Promise<void> => {
  const all = config.farms.flatMap(({ id, backends }) => backends.map((backend) => `${id}/${backend.id}`));
  await Promise.all(all.map((backend) => delivery(guardian, backend, 'up', clock)));
};

/** What the balancer was told beyond one `down` and one `up` for each fault, and the first `up` of each backend. */
const falseAlarms = async (farms: DemoFarms, seen: readonly Seen[]): Promise<readonly string[]> => {
  const told = new Map<string, string[]>();
  for (const { farm, backend, state } of await farms.told()) {
    const states = told.get(`${farm}/${backend}`) ?? [];
    told.set(`${farm}/${backend}`, [...states, state]);
  }
  return [...told].flatMap(([backend, states]) => {
    const rounds = seen.filter((fault) => fault.backend === backend).length;
    const right = ['up', ...Array<string[]>(rounds).fill(['down', 'up']).flat()].join(' ');
    return states.join(' ') === right ? [] : [`${backend} was told ${states.join(' ')} instead of ${right}`];
  });
};

const summarize = (context: CliContext, seen: readonly Seen[], wrong: readonly string[]): ExitCode => {
  const time = (ms: number | undefined) => (ms === undefined ? 'never' : `${(ms / 1_000).toFixed(2)} s`);
  const healed = seen.filter(({ downMs, upMs }) => downMs !== undefined && upMs !== undefined);
  printLines(context, [
    '',
    ...seen.map(
      ({ backend, story, downMs, upMs }) => `${backend}: ${story}: out after ${time(downMs)}, back after ${time(upMs)}`,
    ),
    ...wrong.map((what) => `WRONG: ${what}`),
    `${healed.length} of ${seen.length} faults seen and healed, ${wrong.length === 0 ? 'nothing else was signalled' : `${wrong.length} wrong`}`,
  ]);
  return healed.length === seen.length && wrong.length === 0 ? 0 : 1;
};
