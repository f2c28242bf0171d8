import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Files, RealServer } from './real-server.ts';

/** in.tftpd, of the Debian package tftpd-hpa. */
export const tftpd = { debian: 'tftpd-hpa', path: '/usr/sbin/in.tftpd' };

/** Starts in.tftpd; `files` are what it gives out. Options: in.tftpd(8). */
export const startTftpd = (files: Files): Promise<RealServer> =>
  RealServer.open(files, ({ port, root }) => ({
    program: tftpd,
    args: ['-L', '-s', root, '-a', `127.0.0.1:${port}`],
    answers: () => answersRead(port),
  }));

/** RFC 1350: a read request for a file that is not there is answered at once, by an error and no transfer. */
const answersRead = async (port: number): Promise<void> => {
  const socket = createSocket('udp4');
  try {
    socket.send('\0\x01no such file\0octet\0', port, '127.0.0.1');
    await once(socket, 'message', { signal: AbortSignal.timeout(100) });
  } finally {
    socket.close();
  }
};
