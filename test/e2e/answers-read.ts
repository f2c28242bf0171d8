import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Place } from './real-server.ts';

/** RFC 1350: a read request for a file that is not there is answered at once, by an error and no transfer. */
export const answersRead = async ({ host, port }: Pick<Place, 'host' | 'port'>): Promise<void> => {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  try {
    socket.send('\0\x01no such file\0octet\0', port, host);
    await once(socket, 'message', { signal: AbortSignal.timeout(100) });
  } finally {
    socket.close();
  }
};
