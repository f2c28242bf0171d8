import type { Control } from './control.ts';
import { DeepFailure } from './deep-failure.ts';

/** The addresses of a TCP connection. */
export interface Ends {
  /** Ours. */
  readonly localAddress: string;
  readonly remoteAddress: string;
}

/**
 * The addresses of the control connection, which those of data connections are made from.
 *
 * @throws DeepFailure `local-fault` for a unix socket, which has none; an error when the connection is gone
 */
export const endsOf = ({ client }: Control): Ends => {
  const { localAddress, remoteAddress, destroyed } = client.ftp.socket;
  if (localAddress && remoteAddress) return { localAddress, remoteAddress };
  if (destroyed) throw new Error('the control connection is gone');
  throw new DeepFailure(
    'UNKNOWN',
    'local-fault',
    'a unix socket has no address to make data connections from or to',
    'Name the host, not a socket, to check more than the login.',
  );
};
