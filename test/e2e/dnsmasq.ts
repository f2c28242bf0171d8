import { randomInt } from 'node:crypto';
import { answersRead } from './answers-read.ts';
import { type Files, RealServer } from './real-server.ts';
import type { Site } from './site.ts';

/** dnsmasq, of the Debian package dnsmasq-base. */
export const dnsmasq = { debian: 'dnsmasq-base', path: '/usr/sbin/dnsmasq' };

/** It has TFTP on port 69 alone: unless told otherwise, on an address of its own. */
const ownAddress = (): Site => ({
  host: `127.${randomInt(64, 128)}.${randomInt(256)}.${randomInt(1, 255)}`,
  port: 69,
  enter: [],
});

/** Starts dnsmasq as a TFTP server and nothing else; `files` are what it gives out. Options: dnsmasq(8). */
export const startDnsmasq = (files: Files, site: Site = ownAddress()): Promise<RealServer> =>
  RealServer.open(
    files,
    (place) => ({
      program: dnsmasq,
      args: [
        ...['--keep-in-foreground', '--conf-file=/dev/null', '--pid-file=', '--log-facility=-', '--port=0'],
        ...['--bind-interfaces', `--listen-address=${place.host}`, '--enable-tftp', `--tftp-root=${place.root}`],
      ],
      answers: () => answersRead(place),
    }),
    { ...site, port: 69 },
  );
