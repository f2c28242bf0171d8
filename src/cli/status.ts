import { wait } from '../clock/clock.ts';
import { isSelected, parseSelector } from '../farm/selector.ts';
import type { GuardianStatus } from '../guardian/guardian-status.ts';
import { askStatus } from '../status/status-client.ts';
import { statusTable } from '../status/status-table.ts';
import { type AddCommand, printLines } from './cli-io.ts';
import { findSocket, type SocketOptions, withSocketOptions } from './find-socket.ts';

interface StatusOptions extends SocketOptions {
  readonly json?: true;
  readonly watch?: true;
}

const watchEveryMs = 1_000;

/** `farm-guardian status`: asks the running daemon. */
export const statusCommand: AddCommand = (program, context, exit) => {
  withSocketOptions(
    program
      .command('status')
      .description('Ask the running guardian what it believes, and what the hooks were told.')
      .argument('[farm[/backend]]', 'only this'),
  )
    .option('--json', 'print the status as JSON')
    .option('--watch', 'print it again every second, until interrupted')
    .action(async (name: string | undefined, options: StatusOptions) => {
      const socket = await findSocket(context, options);
      do {
        const status = select(await askStatus(socket), name);
        const clear = options.watch && context.process.stdout.isTTY ? ['\u001b[H\u001b[2J'] : [];
        const lines = options.json
          ? [JSON.stringify(status, null, options.watch ? 0 : 2)]
          : statusTable(status, context.clock.wallTime());
        printLines(context, [...clear, ...lines]);
        if (options.watch) await wait(context.clock, watchEveryMs);
      } while (options.watch);
      exit(0);
    });
};

const select = (status: GuardianStatus, name: string | undefined): GuardianStatus => {
  if (name === undefined) return status;
  const selectors = [parseSelector(name, status.farms)];
  const farms = status.farms.map((farm) => ({
    ...farm,
    backends: farm.backends.filter(({ id }) => isSelected(selectors, farm.id, id)),
  }));
  return { ...status, farms: farms.filter(({ backends }) => backends.length > 0) };
};
