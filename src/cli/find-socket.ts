import type { Command } from 'commander';
import { loadConfig } from '../config/index.ts';
import type { CliContext } from './cli-io.ts';

/** Options of a command that asks the running guardian. */
export interface SocketOptions {
  readonly config?: string;
  readonly socket?: string;
}

/** The option itself, for commands that read the config anyway. */
export const socketOption = [
  '--socket <path>',
  'socket of the guardian (default: FARM_GUARDIAN_SOCKET, then the config)',
] as const;

/** Adds them to a command. */
export const withSocketOptions = (command: Command): Command =>
  command.option('-c, --config <file>', 'config file that names the socket').option(...socketOption);

/** The socket that `--socket` or else the environment names. */
export const namedSocket = ({ process }: CliContext, socket: string | undefined): string | undefined =>
  socket ?? process.env['FARM_GUARDIAN_SOCKET'];

/** The socket of the running guardian: of `--socket`, then of the environment, then of the config. */
export const findSocket = async (context: CliContext, { config, socket }: SocketOptions): Promise<string> => {
  const { process, checkers, hooks } = context;
  return namedSocket(context, socket) ?? (await loadConfig(config, { checkers, hooks }, { cwd: process.cwd() })).socket;
};
