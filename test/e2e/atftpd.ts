import { answersRead } from './answers-read.ts';
import { type Files, RealServer } from './real-server.ts';
import type { Site } from './site.ts';

/** atftpd, of the Debian package of that name. */
export const atftpd = { debian: 'atftpd', path: '/usr/sbin/atftpd' };

/** Starts atftpd; `files` are what it gives out. Options: atftpd(8). */
export const startAtftpd = (files: Files, site?: Site): Promise<RealServer> =>
  RealServer.open(
    files,
    (place) => ({
      program: atftpd,
      args: [
        ...['--daemon', '--no-fork', '--logfile', '-'],
        ...['--bind-address', place.host, '--port', String(place.port), place.root],
      ],
      answers: () => answersRead(place),
    }),
    site,
  );
