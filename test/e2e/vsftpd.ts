import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { daemon, type FtpSetup, makeIncoming, sentinel, writeCertificate } from './ftp-setup.ts';
import { greets } from './greets.ts';
import { RealServer } from './real-server.ts';

/** vsftpd, of the Debian package of that name. */
export const vsftpd = { debian: 'vsftpd', path: '/usr/sbin/vsftpd' };

/** Starts vsftpd with anonymous login, and `incoming` to store files in. Options: vsftpd.conf(5). */
export const startVsftpd = ({ files = sentinel, site, ...setup }: FtpSetup = {}): Promise<RealServer> =>
  RealServer.open(
    files,
    async (place) => {
      const { host, port, folder, root } = place;
      const { tls, passiveAddress, passivePorts, maxClients } = setup;
      const empty = join(folder, 'empty');
      const config = join(folder, 'vsftpd.conf');
      await mkdir(empty);
      await makeIncoming(place);
      const settings = {
        ...(host.includes(':')
          ? { listen_ipv6: 'YES', listen_address6: host }
          : { listen: 'YES', listen_address: host }),
        listen_port: port,
        background: 'NO',
        anonymous_enable: 'YES',
        no_anon_password: 'YES',
        local_enable: 'NO',
        anon_root: root,
        write_enable: 'YES',
        anon_upload_enable: 'YES',
        anon_other_write_enable: 'YES',
        anon_umask: '022',
        // The package's own user `ftp` does not exist where the package is only unpacked, and `nobody` has no home.
        ftp_username: daemon.name,
        secure_chroot_dir: empty,
        // The sandbox of 2012 knows not every system call of today's C library, and containers refuse new namespaces.
        seccomp_sandbox: 'NO',
        isolate: 'NO',
        isolate_network: 'NO',
        ...(passiveAddress && { pasv_address: passiveAddress }),
        ...(passivePorts && { pasv_min_port: passivePorts[0], pasv_max_port: passivePorts[1] }),
        ...(maxClients && { max_clients: maxClients }),
        ...(tls && {
          ssl_enable: 'YES',
          implicit_ssl: tls.mode === 'implicit' ? 'YES' : 'NO',
          allow_anon_ssl: 'YES',
          force_anon_logins_ssl: 'YES',
          force_anon_data_ssl: 'YES',
          require_ssl_reuse: 'YES',
          // The default leaves no cipher that an ECDSA key can do.
          ssl_ciphers: 'HIGH',
          rsa_cert_file: await writeCertificate(place, tls.certificate),
        }),
      };
      await writeFile(
        config,
        Object.entries(settings)
          .map(([key, value]) => `${key}=${value}\n`)
          .join(''),
      );
      return {
        program: vsftpd,
        args: [config],
        answers: () => greets({ host, port, tls: tls?.mode === 'implicit' }, '220'),
      };
    },
    site,
  );
