import { once } from 'node:events';
import { connectTcp } from '../../checker/connect.ts';
import { classifyNetworkError } from '../../checker/network-fault.ts';
import type { Clock } from '../../clock/clock.ts';
import { parseHostPort } from '../host-port.ts';
import { within } from '../within.ts';

/** Longest answer that is read, in bytes: ten thousand servers take a tenth of it. */
const longestAnswer = 16 * 1024 * 1024;

/** Where the runtime API is, and how long a request may take. */
export interface RuntimeSocketOptions {
  /** An absolute path, or `HOST:PORT`. */
  readonly socket: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** HAProxy's runtime API: a line of commands each connection, and all its answers. */
export class RuntimeSocket {
  readonly #options: RuntimeSocketOptions;

  constructor(options: RuntimeSocketOptions) {
    this.#options = options;
  }

  /**
   * Runs commands, one after the other; gives what they printed.
   *
   * @throws Error, with a message for people
   */
  async run(commands: readonly string[], signal: AbortSignal): Promise<string> {
    const { socket, timeoutMs, clock } = this.#options;
    const target = parseHostPort(socket) ?? { host: socket, port: 0 };
    try {
      return await within({ clock, timeoutMs, signal }, async (signal) => {
        const connection = await connectTcp(target, { signal });
        try {
          // Its answer ends with the connection; ours must stay open until then.
          connection.write(`${commands.join('; ')}\n`);
          return await readAll(connection, signal);
        } finally {
          connection.destroy();
        }
      });
    } catch (error) {
      const isSystem = typeof (error as NodeJS.ErrnoException).code === 'string';
      throw new Error(
        `haproxy at ${socket}: ${isSystem ? classifyNetworkError(error).text : (error as Error).message}`,
      );
    }
  }
}

const readAll = async (connection: Awaited<ReturnType<typeof connectTcp>>, signal: AbortSignal): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  connection.on('data', (chunk: Buffer) => {
    size += chunk.length;
    chunks.push(chunk);
    if (size > longestAnswer) connection.destroy(new Error('the answer is longer than 16 MiB'));
  });
  await once(connection, 'end', { signal }).catch((error: unknown) => {
    throw signal.aborted ? signal.reason : error;
  });
  if (size === 0) throw new Error('the connection was closed without an answer');
  return Buffer.concat(chunks).toString();
};
