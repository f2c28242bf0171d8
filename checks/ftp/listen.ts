import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { type CheckContext, classifyNetworkError } from '../../src/checker/index.ts';
import type { BindAddress } from './address.ts';
import { DeepFailure } from './deep-failure.ts';

/** A server that listens for a data connection. */
export interface Listener {
  readonly server: Server;
  readonly port: number;
}

/**
 * Listens on the first free port of a range, or on any.
 *
 * @throws DeepFailure `local-fault` when none is free or the address is not ours; or the signal's reason
 */
export const listen = async ({ address, ports }: BindAddress, { signal }: CheckContext): Promise<Listener> => {
  const { lowest, highest } = ports ?? { lowest: 0, highest: 0 };
  for (let port = lowest; port <= highest; port++) {
    signal.throwIfAborted();
    const server = createServer();
    server.listen({ host: address, port, exclusive: true });
    try {
      await once(server, 'listening');
      return { server, port: (server.address() as AddressInfo).port };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw notOurs(error, address);
    }
  }
  throw new DeepFailure(
    'UNKNOWN',
    'local-fault',
    `no free port from ${lowest} to ${highest} to listen on for the data connection`,
    'Widen the range of --active-bind, or run fewer checks at a time.',
  );
};

const notOurs = (error: unknown, address: string): DeepFailure =>
  new DeepFailure(
    'UNKNOWN',
    'local-fault',
    `cannot listen on ${address} for the data connection: ${classifyNetworkError(error).text}`,
    'Name an address of this machine with --active-bind, and ports that it may use.',
  );
