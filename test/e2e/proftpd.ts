import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findProgram } from './debian-program.ts';
import { daemon, type FtpSetup, makeIncoming, probe, sentinel, writeCertificate } from './ftp-setup.ts';
import { greets } from './greets.ts';
import { RealServer } from './real-server.ts';

/** ProFTPD, of the Debian package proftpd-core; TLS is in proftpd-mod-crypto, unpacked into the same folder. */
export const proftpd = { debian: 'proftpd-core', path: '/usr/sbin/proftpd' };

/** Starts ProFTPD with the account {@link probe}, and `incoming` to store files in. Options: proftpd.conf(5). */
export const startProftpd = ({ files = sentinel, site, ...setup }: FtpSetup = {}): Promise<RealServer> =>
  RealServer.open(
    files,
    async (place) => {
      const { host, port, folder, root } = place;
      const { tls, passiveAddress, passivePorts, maxClients } = setup;
      const config = join(folder, 'proftpd.conf');
      const users = join(folder, 'users');
      const pem = tls && (await writeCertificate(place, tls.certificate));
      await makeIncoming(place);
      await writeFile(users, `${probe.user}:${probe.hash}:${daemon.uid}:${daemon.gid}::${root}:/bin/false\n`, {
        mode: 0o600,
      });
      await writeFile(
        config,
        [
          `ModulePath ${join(dirname(findProgram(proftpd) ?? proftpd.path), '../lib/proftpd')}`,
          'ServerType standalone',
          `DefaultAddress ${host}`,
          `Port ${port}`,
          'SocketBindTight on',
          'UseReverseDNS off',
          `User ${daemon.name}`,
          `Group ${daemon.name}`,
          'AuthOrder mod_auth_file.c',
          `AuthUserFile ${users}`,
          'RequireValidShell off',
          'DefaultRoot ~',
          // Refused logins are otherwise answered late.
          'DelayEngine off',
          'ControlsEngine off',
          'WtmpLog off',
          'TransferLog none',
          `SystemLog ${folder}/log`,
          `PidFile ${folder}/pid`,
          `ScoreboardFile ${folder}/scoreboard`,
          ...(passiveAddress ? [`MasqueradeAddress ${passiveAddress}`] : []),
          ...(passivePorts ? [`PassivePorts ${passivePorts.join(' ')}`] : []),
          ...(maxClients ? [`MaxClients ${maxClients}`] : []),
          ...(tls
            ? [
                'LoadModule mod_tls.c',
                'TLSEngine on',
                'TLSRequired on',
                `TLSECCertificateFile ${pem}`,
                `TLSECCertificateKeyFile ${pem}`,
                'TLSProtocol TLSv1.2 TLSv1.3',
                `TLSLog ${folder}/log`,
                ...(tls.mode === 'implicit' ? ['TLSOptions UseImplicitSSL'] : []),
              ]
            : []),
          '',
        ].join('\n'),
      );
      return {
        program: proftpd,
        args: ['--nodaemon', '--quiet', '--config', config],
        answers: () => greets({ host, port, tls: tls?.mode === 'implicit' }, '220'),
      };
    },
    site,
  );
