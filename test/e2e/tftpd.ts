import { isIPv6 } from 'node:net';
import { answersRead } from './answers-read.ts';
import { type Files, RealServer } from './real-server.ts';
import type { Site } from './site.ts';

/** in.tftpd, of the Debian package tftpd-hpa. */
export const tftpd = { debian: 'tftpd-hpa', path: '/usr/sbin/in.tftpd' };

/** Starts in.tftpd; `files` are what it gives out. Options: in.tftpd(8). */
export const startTftpd = (files: Files, site?: Site): Promise<RealServer> =>
  RealServer.open(
    files,
    (place) => {
      const host = isIPv6(place.host) ? `[${place.host}]` : place.host;
      return {
        program: tftpd,
        args: ['-L', '-s', place.root, '-a', `${host}:${place.port}`],
        answers: () => answersRead(place),
      };
    },
    site,
  );
