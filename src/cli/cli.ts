import { Command, CommanderError } from 'commander';
import { packageVersion } from '../checker/version.ts';
import { ConfigError } from '../config/index.ts';
import { SelectorError } from '../farm/selector.ts';
import { GuardianError } from '../guardian/guardian-error.ts';
import { RefusedError, UnreachableError } from '../status/status-client.ts';
import { ListenError } from '../status/status-server.ts';
import { checkCommand } from './check.ts';
import { type AddCommand, type CliContext, type ExitCode, UsageError } from './cli-io.ts';
import { configCommand } from './config.ts';
import { demoCommand } from './demo/demo.ts';
import { explainCommand } from './explain.ts';
import { hookCommand } from './hook/hook-test.ts';
import { orderCommands } from './orders.ts';
import { recheckCommand } from './recheck.ts';
import { reloadCommand } from './reload-command.ts';
import { runCommand } from './run.ts';
import { simulateCommand } from './simulate/simulate.ts';
import { statusCommand } from './status.ts';

const commands: readonly AddCommand[] = [
  runCommand,
  checkCommand,
  statusCommand,
  explainCommand,
  orderCommands,
  recheckCommand,
  reloadCommand,
  simulateCommand,
  hookCommand,
  configCommand,
  demoCommand,
];

/** Mistakes people can mend: their message is enough. */
const known = [ConfigError, GuardianError, ListenError, SelectorError, UnreachableError, RefusedError, UsageError];

/** Runs the `farm-guardian` command line; gives its exit code and never rejects. */
export const runCli = async (context: CliContext): Promise<ExitCode> => {
  const { argv, stdout, stderr } = context.process;
  let code: ExitCode = 0;
  // A reader that has gone away (`| head`) is no reason to end with an error, nor to stop guarding.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  const program = new Command('farm-guardian')
    .description('Health checker for farms of FTP, TFTP and SSH/SFTP servers behind a load balancer.')
    .version(packageVersion)
    .exitOverride()
    .showSuggestionAfterError()
    // The list of commands has less room beside it than what is wrapped by default.
    .configureHelp({ minWidthToWrap: 30 })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // The suggestion has a line of its own otherwise.
      outputError: (text, write) => write(text.replace('\n(', ' (')),
    });
  for (const add of commands)
    add(program, context, (ended) => {
      code = ended;
    });
  try {
    await program.parseAsync(argv.slice(2), { from: 'user' });
    return code;
  } catch (error) {
    // Commander has printed its message already; asking for help or the version is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (known.some((type) => error instanceof type)) {
      stderr.write(`${(error as Error).message}\n`);
      return 2;
    }
    stderr.write(
      `farm-guardian: internal error: ${error instanceof Error ? error.message : error}; please report it\n`,
    );
    return 1;
  }
};
