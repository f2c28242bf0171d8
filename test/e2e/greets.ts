import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Where {@link greets} looks. */
export interface GreetingAddress {
  readonly host: string;
  readonly port: number;
  /** Whether the server speaks TLS from its first byte; its certificate is not looked at. Default false. */
  readonly tls?: boolean;
}

/**
 * Resolves once a TCP server has sent its first bytes, and these begin with `greeting`.
 *
 * @throws the connection's error, or an Error when something else came
 */
export const greets = async ({ host, port, tls = false }: GreetingAddress, greeting: string): Promise<void> => {
  const address = { host, port, timeout: 1_000 };
  const socket = tls ? connectTls({ ...address, rejectUnauthorized: false }) : connectTcp(address);
  socket.on('timeout', () => socket.destroy(new Error('no greeting within 1 s')));
  try {
    const [bytes] = await once(socket, 'data');
    if (!String(bytes).startsWith(greeting)) throw new Error(`greeted with ${bytes}`);
  } finally {
    socket.destroy();
  }
};
