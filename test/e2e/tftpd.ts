import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Files, type Place, RealServer } from './real-server.ts';
import type { Site } from './site.ts';

/** in.tftpd, of the Debian package tftpd-hpa. */
export const tftpd = { debian: 'tftpd-hpa', path: '/usr/sbin/in.tftpd' };

/** Starts in.tftpd; `files` are what it gives out. Options: in.tftpd(8). */
export const startTftpd = (files: Files, site?: Site): Promise<RealServer> =>
  RealServer.open(
    files,
    (place) => ({
      program: tftpd,
      args: ['-L', '-s', place.root, '-a', `${place.host}:${place.port}`],
      answers: () => answersRead(place),
    }),
    site,
  );

/** RFC 1350: a read request for a file that is not there is answered at once, by an error and no transfer. */
const answersRead = async ({ host, port }: Place): Promise<void> => {
  const socket = createSocket('udp4');
  try {
    socket.send('\0\x01no such file\0octet\0', port, host);
    await once(socket, 'message', { signal: AbortSignal.timeout(100) });
  } finally {
    socket.close();
  }
};
