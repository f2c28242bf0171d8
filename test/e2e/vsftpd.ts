import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { greets } from './greets.ts';
import { type Files, RealServer } from './real-server.ts';

/** vsftpd, of the Debian package of that name. */
export const vsftpd = { debian: 'vsftpd', path: '/usr/sbin/vsftpd' };

/** Starts vsftpd with anonymous login; `files` are what it gives out. Options: vsftpd.conf(5). */
export const startVsftpd = (files: Files): Promise<RealServer> =>
  RealServer.open(files, async ({ port, folder, root }) => {
    const empty = join(folder, 'empty');
    const config = join(folder, 'vsftpd.conf');
    await mkdir(empty);
    const settings = {
      listen: 'YES',
      background: 'NO',
      listen_address: '127.0.0.1',
      listen_port: port,
      anonymous_enable: 'YES',
      no_anon_password: 'YES',
      local_enable: 'NO',
      anon_root: root,
      // The package's own user `ftp` does not exist where the package is only unpacked, and `nobody` has no home.
      ftp_username: 'daemon',
      secure_chroot_dir: empty,
      // The sandbox of 2012 knows not every system call of today's C library, and containers refuse new namespaces.
      seccomp_sandbox: 'NO',
      isolate: 'NO',
      isolate_network: 'NO',
    };
    await writeFile(
      config,
      Object.entries(settings)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    );
    return { program: vsftpd, args: [config], answers: () => greets(port, '220') };
  });
