import { Option } from 'commander';
import { type Config, KnownFarms, loadConfig } from '../config/index.ts';
import { type ReloadReport, startGuardian } from '../guardian/guardian.ts';
import type { AnyHookType } from '../hook/hook.ts';
import type { Logger } from '../log/logger.ts';
import { createLogger, type LogLevel, logLevels } from '../log/pino-logger.ts';
import { Limiter } from '../schedule/limiter.ts';
import { serveStatus } from '../status/status-server.ts';
import type { AddCommand, CliContext } from './cli-io.ts';
import { Faces } from './faces.ts';
import { reload } from './reload.ts';
import { Supervisor } from './supervisor.ts';
import { tuneHeap } from './tune-heap.ts';

interface RunOptions {
  readonly config?: string;
  readonly dryRun?: boolean;
  readonly logLevel: LogLevel;
  readonly logFormat?: 'json' | 'pretty';
}

/** `farm-guardian run`: the daemon, in the foreground. */
export const runCommand: AddCommand = (program, context, exit) => {
  program
    .command('run')
    .description('Watch the farms of a config and tell the load balancer, in the foreground.')
    .option('-c, --config <file>', 'config file (default: farm-guardian.yaml, .yml or .json, as found)')
    .option('--dry-run', 'decide and journal, but tell no hook')
    .addOption(new Option('--log-level <level>', 'least level that is logged').choices(logLevels).default('info'))
    .addOption(
      new Option('--log-format <format>', 'default: pretty on a terminal, else JSON').choices(['json', 'pretty']),
    )
    .addHelpText(
      'after',
      '\nSIGHUP reads the config again. SIGTERM or SIGINT stops it without touching any state or hook; a second SIGINT ends it at once.',
    )
    .action(async (options: RunOptions) => {
      await run(context, options);
      exit(0);
    });
};

const run = async (
  context: CliContext,
  { config: file, dryRun = false, logLevel, logFormat }: RunOptions,
): Promise<void> => {
  const { process, checkers, hooks, clock } = context;
  const cwd = process.cwd();
  tuneHeap();
  const registry = { checkers, hooks };
  const known = new KnownFarms<AnyHookType>();
  const config = await loadConfig(file, registry, { cwd, known });
  // The very file: a search might come to another one by then.
  const load = () => loadConfig(config.file, registry, { cwd, known, aside: true });
  const pretty = logFormat === undefined ? process.stdout.isTTY === true : logFormat === 'pretty';
  const log = createLogger({ level: logLevel, pretty, destination: process.stdout });

  using _crash = endOnCrash(context, log);
  // The places are taken before anything runs: a second guardian must not get as far as its first check.
  const faces = new Faces(clock);
  // A config must not overtake the one before on its way into force.
  const reloads = new Limiter(1);
  let inForce = config;
  const take = (next: Config<AnyHookType>) => {
    inForce = next;
    faces.configure(next);
  };
  const reloading = { again: async (): Promise<ReloadReport> => Promise.reject(new Error('the guardian is starting')) };
  // From the first to the last: without a listener, SIGHUP ends a process.
  using _hangUp = onHangUp(context, () => reloading.again());
  const { socket, listen } = config;
  await using _admin = await serveStatus({ socket }, ...faces.admin(() => reloading.again()));
  await using _web = listen && (await serveStatus(listen, ...faces.web));
  using stop = stopSignal(context);
  await using guardian = await startGuardian(config, { clock, log, dryRun });
  faces.show(guardian);
  faces.configure(config);
  await using supervisor = new Supervisor({ env: process.env, pid: process.pid, clock, log });
  reloading.again = () =>
    supervisor.reloading(
      faces.metrics.reloading(reloads.run(() => reload({ guardian, load, started: config, log, taken: take }))),
      () => statusLine(inForce),
    );
  log.info({ config: config.file, farms: config.farms.length, socket, listen, dryRun }, 'guardian runs');
  supervisor.ready(statusLine(inForce), () => faces.pulse.beats(inForce));

  const signal = await Promise.race([stop.received, guardian.done]);
  if (signal) log.info({ signal }, 'stopping: no state and no hook is touched');
};

/** The guardian in a few words, for `systemctl status`. */
const statusLine = ({ farms }: Config): string => {
  const backends = farms.reduce((sum, farm) => sum + farm.backends.length, 0);
  const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
  return `Watching ${count(backends, 'backend')} of ${count(farms.length, 'farm')}`;
};

/**
 * Ends the process with a logged error when something throws that nobody catches: a protocol library's bug, most
 * likely. What is believed and what is still to be delivered is on disk, and a supervisor starts us again.
 */
const endOnCrash = ({ process }: CliContext, log: Logger): Disposable => {
  const onCrash = (err: Error) => {
    log.error({ err }, 'internal error: ending; nothing is signalled, please report it');
    process.exit(1);
  };
  process.on('uncaughtException', onCrash);
  return { [Symbol.dispose]: () => void process.off('uncaughtException', onCrash) };
};

/** SIGHUP asks for a reload; why one is refused has been logged by then. */
const onHangUp = ({ process }: CliContext, reload: () => Promise<unknown>): Disposable => {
  const onHup = () => void reload().catch(() => {});
  process.on('SIGHUP', onHup);
  return { [Symbol.dispose]: () => void process.off('SIGHUP', onHup) };
};

/** The first SIGTERM or SIGINT asks to stop; a second SIGINT ends the process at once. */
const stopSignal = ({ process }: CliContext): Disposable & { readonly received: Promise<NodeJS.Signals> } => {
  let receive: (signal: NodeJS.Signals) => void = () => {};
  const received = new Promise<NodeJS.Signals>((resolve) => {
    receive = resolve;
  });
  let asked = false;
  const onTerm = () => receive('SIGTERM');
  const onInt = () => {
    if (asked) process.exit(130);
    asked = true;
    receive('SIGINT');
  };
  process.on('SIGTERM', onTerm);
  process.on('SIGINT', onInt);
  return {
    received,
    [Symbol.dispose]: () => {
      process.off('SIGTERM', onTerm);
      process.off('SIGINT', onInt);
    },
  };
};
