import { askGuardian } from '../status/status-client.ts';
import { type AddCommand, printLines } from './cli-io.ts';
import { findSocket, type SocketOptions, withSocketOptions } from './find-socket.ts';

/** `farm-guardian recheck`: has the running daemon look now. */
export const recheckCommand: AddCommand = (program, context, exit) => {
  withSocketOptions(program.command('recheck').description('Have the running guardian check now.'))
    .argument('[farm[/backend]...]', 'only these')
    .action(async (names: readonly string[], options: SocketOptions) => {
      const socket = await findSocket(context, options);
      const { checks } = await askGuardian<{ checks: number }>(socket, { path: '/api/v1/recheck', order: { names } });
      printLines(context, [`${checks} ${checks === 1 ? 'check' : 'checks'} started`]);
      exit(0);
    });
};
