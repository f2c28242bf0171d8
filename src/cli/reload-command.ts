import type { ReloadReport } from '../guardian/guardian.ts';
import { askGuardian } from '../status/status-client.ts';
import { type AddCommand, printLines } from './cli-io.ts';
import { findSocket, type SocketOptions, withSocketOptions } from './find-socket.ts';

/** `farm-guardian reload`: has the running daemon read its config again, and says what that did. */
export const reloadCommand: AddCommand = (program, context, exit) => {
  withSocketOptions(
    program
      .command('reload')
      .description('Have the running guardian read its config again; one with a mistake is refused whole.'),
  ).action(async (options: SocketOptions) => {
    const socket = await findSocket(context, options);
    const report = await askGuardian<ReloadReport>(socket, { path: '/api/v1/reload', order: {} });
    const { kept, changed, added, removed } = report;
    printLines(context, [
      `reloaded: ${kept.length} kept, ${changed.length} changed, ${added.length} added, ${removed.length} removed`,
    ]);
    exit(0);
  });
};
