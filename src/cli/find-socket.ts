import type { Command } from 'commander';
import { loadConfig } from '../config/index.ts';
import type { CliContext } from './cli-io.ts';

/** Options of a command that asks the running guardian. */
export interface SocketOptions {
  readonly config?: string;
  readonly socket?: string;
}

/** Adds them to a command. */
export const withSocketOptions = (command: Command): Command =>
  command
    .option('-c, --config <file>', 'config file that names the socket')
    .option('--socket <path>', 'socket of the guardian (default: FARM_GUARDIAN_SOCKET, then the config)');

/** The socket of the running guardian: of `--socket`, then of the environment, then of the config. */
export const findSocket = async (context: CliContext, { config, socket }: SocketOptions): Promise<string> => {
  const { process, checkers, hooks } = context;
  const named = socket ?? process.env['FARM_GUARDIAN_SOCKET'];
  return named ?? (await loadConfig(config, { checkers, hooks }, { cwd: process.cwd() })).socket;
};
