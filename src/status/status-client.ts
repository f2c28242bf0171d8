import { request } from 'node:http';
import type { GuardianStatus } from '../guardian/guardian-status.ts';

/** Thrown when no guardian answers; the message says where it was looked for. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** Thrown when the guardian refuses; the message is what it says. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** Something to ask a guardian. */
export interface Question {
  readonly path: string;
  /** Sent as JSON by POST; by GET when absent. */
  readonly order?: unknown;
}

const largestBytes = 64 * 1024 * 1024;
const patienceMs = 5_000;
/** A reload waits for hooks that are ended to end. */
const orderPatienceMs = 30_000;

/** Asks the guardian behind a unix socket for its status; throws as {@link askGuardian} does. */
export const askStatus = (socketPath: string): Promise<GuardianStatus> =>
  askGuardian(socketPath, { path: '/api/v1/farms' });

/**
 * Asks the guardian behind a unix socket.
 *
 * @throws UnreachableError when nothing, or something else, answers within 5 s (an order: 30 s)
 * @throws RefusedError when the guardian refuses
 */
export const askGuardian = <Reply>(socketPath: string, { path, order }: Question): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new UnreachableError(`no guardian answers at ${socketPath}: ${why}`));
    const [method, timeoutMs] = order === undefined ? ['GET', patienceMs] : ['POST', orderPatienceMs];
    const asking = request({ socketPath, path, method, timeout: timeoutMs, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > largestBytes) asking.destroy(new Error('its answer is too large'));
        else chunks.push(chunk);
      });
      response.on('end', () => {
        try {
          const { statusCode = 0 } = response;
          if (statusCode === 200) return resolve(JSON.parse(Buffer.concat(chunks).toString()) as Reply);
          const refusal = refusalIn(Buffer.concat(chunks).toString());
          if (refusal === undefined) throw new Error(`it answers ${statusCode}`);
          reject(new RefusedError(refusal));
        } catch (error) {
          fail((error as Error).message);
        }
      });
      response.on('error', ({ message }) => fail(message));
    });
    asking.on('timeout', () => asking.destroy(new Error(`silent for ${timeoutMs / 1_000} s`)));
    asking.on('error', ({ code, message }: NodeJS.ErrnoException) => fail(explain(code, message)));
    asking.end(order === undefined ? undefined : JSON.stringify(order));
  });

/** Why the guardian refuses, when it is a guardian that does. */
const refusalIn = (body: string): string | undefined => {
  if (!body.startsWith('{')) return undefined;
  const { error } = JSON.parse(body) as { readonly error?: unknown };
  return typeof error === 'string' ? error : undefined;
};

const explain = (code: string | undefined, message: string): string => {
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'is farm-guardian running, and with this socket?';
  if (code === 'EACCES') return 'permission denied (the socket belongs to the user who runs the guardian)';
  return message;
};
