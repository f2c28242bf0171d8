import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Resolves once a TCP server on 127.0.0.1 has sent its first bytes, and these begin with `greeting`.
 *
 * @throws the connection's error, or an Error when something else came
 */
export const greets = async (port: number, greeting: string): Promise<void> => {
  const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 });
  socket.on('timeout', () => socket.destroy(new Error('no greeting within 1 s')));
  try {
    const [bytes] = await once(socket, 'data');
    if (!String(bytes).startsWith(greeting)) throw new Error(`greeted with ${bytes}`);
  } finally {
    socket.destroy();
  }
};
