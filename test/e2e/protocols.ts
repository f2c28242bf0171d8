import type { DebianProgram } from './debian-program.ts';
import type { Files, RealServer } from './real-server.ts';
import { sshd, sshLogin, startSshd } from './sshd.ts';
import { startTftpd, tftpd } from './tftpd.ts';
import { startVsftpd, vsftpd } from './vsftpd.ts';

/** One of the three kinds of farm, with its real server. */
export interface Protocol {
  /** The check's type in a config. */
  readonly type: 'ftp' | 'tftp' | 'ssh';
  readonly program: DebianProgram;
  start(files: Files): Promise<RealServer>;
  /** Options of the check, as in a config, that let it fetch a file from these servers. */
  login(...servers: readonly RealServer[]): Promise<Readonly<Record<string, string | string[]>>>;
}

/** The protocols of the main job: FTP without an account, TFTP, and SFTP with a key and pinned host keys. */
export const protocols: readonly Protocol[] = [
  { type: 'ftp', program: vsftpd, start: (files) => startVsftpd({ files }), login: async () => ({}) },
  { type: 'tftp', program: tftpd, start: (files) => startTftpd(files), login: async () => ({}) },
  {
    type: 'ssh',
    program: sshd,
    start: (files) => startSshd(files),
    login: async (...servers) => {
      const logins = await Promise.all(servers.map(({ place }) => sshLogin(place)));
      return { ...logins[0], hostKey: logins.map(({ hostKey }) => hostKey) };
    },
  },
];
