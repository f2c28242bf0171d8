import { userInfo } from 'node:os';
import { formatDuration } from '../clock/duration.ts';
import type { BackendStatus } from '../guardian/guardian-status.ts';
import type { AdminOrder, AdminState } from '../health/admin-order.ts';
import { askGuardian } from '../status/status-client.ts';
import { type AddCommand, type CliContext, type CliProcess, printLines, UsageError } from './cli-io.ts';
import { durationArgument } from './duration-argument.ts';
import { findSocket, type SocketOptions, withSocketOptions } from './find-socket.ts';

interface OrderOptions extends SocketOptions {
  readonly for?: number;
  readonly reason: string;
}

interface OrderCommand {
  readonly name: string;
  readonly state: AdminState;
  readonly description: string;
}

const commands: readonly OrderCommand[] = [
  { name: 'ready', state: 'ready', description: 'Take back what was ordered of a backend: its health decides again.' },
  { name: 'drain', state: 'drain', description: 'Let a backend finish what it has, and give it nothing new.' },
  { name: 'maintenance', state: 'maintenance', description: 'Take a backend out, whatever its health.' },
  { name: 'force-up', state: 'forced-up', description: 'Keep a backend in, whatever its health.' },
  { name: 'force-down', state: 'forced-down', description: 'Take a backend out as if it had failed.' },
];

/** `farm-guardian ready|drain|maintenance|force-up|force-down`: what an operator orders of a backend. */
export const orderCommands: AddCommand = (program, context, exit) => {
  for (const { name, state, description } of commands) {
    const command = withSocketOptions(program.command(name).description(`${description} Checks go on.`))
      .argument('<farm/backend>', 'the backend')
      .option('--reason <text>', 'why, for whoever looks at it later', '');
    if (state !== 'ready')
      command.option('--for <duration>', 'take it back by itself after this time, such as 2h', durationArgument);
    command.action(async (backend: string, options: OrderOptions) => {
      await order(context, backend, state, options);
      exit(0);
    });
  }
};

const order = async (context: CliContext, name: string, state: AdminState, options: OrderOptions): Promise<void> => {
  const { process, clock } = context;
  const [farm = '', backend] = split(name);
  if (backend === undefined) throw new UsageError(`"${name}" names no backend; it must be FARM/BACKEND`);
  const until = options.for === undefined ? null : clock.wallTime() + options.for;
  const order: AdminOrder = { state, author: authorOf(process), reason: options.reason, until };
  const path = `/api/v1/farms/${encodeURIComponent(farm)}/backends/${encodeURIComponent(backend)}/order`;
  const { health, desired } = await askGuardian<BackendStatus>(await findSocket(context, options), { path, order });
  const ends = options.for === undefined ? '' : ` for ${formatDuration(options.for)}`;
  printLines(context, [`${name}: ${state}${ends}; health ${health}, desired ${desired ?? 'nothing yet'}`]);
};

const split = (name: string): string[] => {
  const slash = name.indexOf('/');
  return slash < 0 ? [name] : [name.slice(0, slash), name.slice(slash + 1)];
};

/** Who runs the command; behind sudo, who ran that. */
const authorOf = ({ env }: CliProcess): string => {
  try {
    return env['SUDO_USER'] || userInfo().username;
  } catch {
    return 'a user without a name';
  }
};
