import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from './debian-program.ts';
import { daemon, type FtpSetup, makeIncoming, probe, sentinel, writeCertificate } from './ftp-setup.ts';
import { greets } from './greets.ts';
import { RealServer } from './real-server.ts';

/** Pure-FTPd, of the Debian package pure-ftpd. It has no implicit TLS. */
export const pureFtpd = { debian: 'pure-ftpd', path: '/usr/sbin/pure-ftpd' };

/** Starts Pure-FTPd with the account {@link probe}, and `incoming` to store files in. Options: pure-ftpd(8). */
export const startPureFtpd = ({ files = sentinel, site, ...setup }: FtpSetup = {}): Promise<RealServer> =>
  RealServer.open(
    files,
    async (place) => {
      const { host, port, folder, root } = place;
      const { tls, passiveAddress, passivePorts, maxClients } = setup;
      const users = join(folder, 'users');
      const database = join(folder, 'users.pdb');
      const pem = tls && (await writeCertificate(place, tls.certificate));
      await makeIncoming(place);
      await writeFile(users, `${probe.user}:${probe.hash}:${daemon.uid}:${daemon.gid}::${root}/./::::::::::::\n`);
      const makeDatabase = join(dirname(findProgram(pureFtpd) ?? pureFtpd.path), '../bin/pure-pw');
      await promisify(execFile)(makeDatabase, ['mkdb', database, '-f', users]);
      return {
        program: pureFtpd,
        args: [
          ...['--bind', `${host},${port}`],
          ...['--login', `puredb:${database}`],
          ...['--minuid', `${daemon.uid}`],
          ...['--syslogfacility', 'none'],
          ...['--pidfile', join(folder, 'pid')],
          '--noanonymous',
          '--chrooteveryone',
          '--dontresolve',
          ...(passiveAddress ? ['--forcepassiveip', passiveAddress] : []),
          ...(passivePorts ? ['--passiveportrange', passivePorts.join(':')] : []),
          ...(maxClients ? ['--maxclientsnumber', `${maxClients}`] : []),
          ...(pem ? ['--tls', '3', '--certfile', pem] : []),
        ],
        answers: () => greets({ host, port }, '220'),
      };
    },
    site,
  );
