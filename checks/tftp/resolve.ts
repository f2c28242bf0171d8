import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { StopSignal } from '../../src/checker/index.ts';

/** An address of a host. */
export interface HostAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/**
 * The addresses of a host, in the order of the system's resolver.
 *
 * @throws an error with `syscall: 'getaddrinfo'` when there is none, or none yet when `signal` aborts
 */
export const resolveHost = async (
  host: string,
  { family, signal }: { readonly family?: 4 | 6 | undefined; readonly signal: StopSignal },
): Promise<readonly HostAddress[]> => {
  if (host === '') throw unresolved('no host given');
  const literal = isIP(host);
  if (literal && family && family !== literal) throw unresolved(`${host} is no IPv${family} address`);
  if (literal) return [{ address: host, family: literal === 6 ? 6 : 4 }];
  const given = lookup(host, { all: true, ...(family && { family }) });
  const found = await new Promise<Awaited<typeof given>>((resolve, reject) => {
    const abort = () => reject(unresolved(`${host} did not resolve in time`));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    given.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
  if (found.length === 0) throw unresolved(`${host} has no address`);
  return found.map((entry) => ({ address: entry.address, family: entry.family === 6 ? 6 : 4 }));
};

const unresolved = (message: string): Error =>
  Object.assign(new Error(message), { code: 'ENOTFOUND', syscall: 'getaddrinfo' });
