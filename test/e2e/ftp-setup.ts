import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Certificate, type CertificateOptions, createCertificate } from '../../src/testkit/index.ts';
import type { Files, Place } from './real-server.ts';
import type { Site } from './site.ts';

/** How a real FTP server is to be set up. */
export interface FtpSetup {
  /** What it gives out. Default: {@link sentinel}. */
  readonly files?: Files;
  /** Where it runs. Default: loopback over IPv4. */
  readonly site?: Site;
  /** TLS, which login and data connections must then use. Default: none. */
  readonly tls?: FtpTls;
  /** The address PASV advertises. Default: the one it listens on. */
  readonly passiveAddress?: string;
  /** First and last port of passive data connections. Default: any. */
  readonly passivePorts?: readonly [first: number, last: number];
  /** Most sessions at a time. Default: as many as the program lets in. */
  readonly maxClients?: number;
}

/** What a server has for TLS. */
export interface FtpTls {
  readonly mode: 'explicit' | 'implicit';
  readonly certificate: Certificate;
}

/** A setup with TLS, and a new certificate for it. */
export const withTls = async (
  mode: FtpTls['mode'] = 'explicit',
  certificate?: CertificateOptions,
): Promise<FtpSetup & { readonly tls: FtpTls }> => ({
  tls: { mode, certificate: await createCertificate(certificate) },
});

/** The file that checks read. */
export const sentinel: Files = { 'sentinel.txt': 'all is well\n' };

/** The account of servers that have accounts: its hash is SHA-512 crypt, which both ProFTPD and Pure-FTPd read. */
export const probe = {
  user: 'probe',
  password: 'probe-password',
  hash: '$6$farmguardian$qS30C3Pk7XlkkfTnIjKynkQtdELhzk2expSC96USw/3aTbFWMOU9B0nA4wFYfFDCCKKw5/zhSi1DrsrxUKMvG/',
};

/** Debian's user `daemon`: servers give up root for it, and own the folder for uploads as it. */
export const daemon = { name: 'daemon', uid: 1, gid: 1 };

/** Makes the folder `incoming`, where clients may store files. */
export const makeIncoming = async ({ root }: Place): Promise<void> => {
  const incoming = join(root, 'incoming');
  await mkdir(incoming);
  await chown(incoming, daemon.uid, daemon.gid);
};

/** Writes certificate and key into one PEM file, `tls.pem`, and the certificate alone into `ca.pem`; gives the former. */
export const writeCertificate = async ({ folder }: Place, { cert, key }: Certificate): Promise<string> => {
  const pem = join(folder, 'tls.pem');
  await writeFile(pem, `${key}${cert}`, { mode: 0o600 });
  await writeFile(join(folder, 'ca.pem'), cert);
  return pem;
};
