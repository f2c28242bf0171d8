import { request } from 'node:http';
import type { GuardianStatus } from '../guardian/guardian-status.ts';

/** Thrown when no guardian answers; the message says where it was looked for. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

const largestBytes = 64 * 1024 * 1024;
const timeoutMs = 5_000;

/**
 * Asks the guardian behind a unix socket for its status.
 *
 * @throws UnreachableError when nothing, or something else, answers within 5 s
 */
export const askStatus = (socketPath: string): Promise<GuardianStatus> =>
  new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new UnreachableError(`no guardian answers at ${socketPath}: ${why}`));
    const asking = request({ socketPath, path: '/api/v1/farms', timeout: timeoutMs, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > largestBytes) asking.destroy(new Error('its answer is too large'));
        else chunks.push(chunk);
      });
      response.on('end', () => {
        try {
          if (response.statusCode !== 200) throw new Error(`it answers ${response.statusCode}`);
          resolve(JSON.parse(Buffer.concat(chunks).toString()) as GuardianStatus);
        } catch (error) {
          fail((error as Error).message);
        }
      });
      response.on('error', ({ message }) => fail(message));
    });
    asking.on('timeout', () => asking.destroy(new Error(`silent for ${timeoutMs / 1_000} s`)));
    asking.on('error', ({ code, message }: NodeJS.ErrnoException) => fail(explain(code, message)));
    asking.end();
  });

const explain = (code: string | undefined, message: string): string => {
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'is farm-guardian running, and with this socket?';
  if (code === 'EACCES') return 'permission denied (the socket belongs to the user who runs the guardian)';
  return message;
};
