import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckResult } from '../../src/checker/index.ts';
import { createTftpServer } from '../../src/testkit/index.ts';
import { atftpd, startAtftpd } from './atftpd.ts';
import { type Ended, runCommand } from './command.ts';
import type { DebianProgram } from './debian-program.ts';
import { dnsmasq, startDnsmasq } from './dnsmasq.ts';
import type { Files } from './real-server.ts';
import { startTftpd, tftpd } from './tftpd.ts';

/** A TFTP server that runs. */
export interface RunningTftp extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

/** A TFTP server that is not ours: how to start it, and how it differs from the others. */
export interface TftpProgram {
  readonly name: string;
  readonly needs: readonly DebianProgram[];
  start(files: Files): Promise<RunningTftp>;
  /** The options it grants to `blksize 1428 tsize 0 timeout 1 windowsize 4`, for a file of 40,000 bytes. */
  readonly grants: readonly string[];
  /** The reason code of a folder, and of a file that its user may not read; `undefined` where there is neither. */
  readonly folder?: string;
  readonly unreadable?: string;
}

const granted = { blksize: 'blksize 1428', tsize: 'tsize 40000', timeout: 'timeout 1', windowsize: 'windowsize 4' };

/** The servers that nearly all TFTP farms are made of, and the one of the `tftp` package. */
export const tftpPrograms: readonly TftpProgram[] = [
  {
    name: 'tftpd-hpa',
    needs: [tftpd],
    start: (files) => startTftpd(files),
    grants: [granted.blksize, granted.tsize, granted.timeout],
    folder: 'file-missing',
    unreadable: 'access-denied',
  },
  {
    name: 'atftpd',
    needs: [atftpd],
    start: (files) => startAtftpd(files),
    grants: Object.values(granted),
    // It answers with an empty block.
    folder: 'size-mismatch',
    unreadable: 'file-missing',
  },
  {
    name: 'dnsmasq',
    needs: [dnsmasq],
    start: (files) => startDnsmasq(files),
    grants: [granted.blksize, granted.tsize],
    folder: 'file-missing',
    unreadable: 'access-denied',
  },
  {
    name: 'the tftp package',
    needs: [],
    start: (files) => createTftpServer({ files }),
    grants: [granted.blksize, granted.tsize, granted.windowsize],
  },
];

/** Runs the built check_tftp on a server. */
export const checkTftp = ({ host, port }: RunningTftp, ...args: readonly string[]): Promise<Ended> =>
  runCommand('check_tftp', ['-H', host, '-p', `${port}`, '--reason-code', ...args]);

/** The same, for the whole result. */
export const tftpResult = async (server: RunningTftp, ...args: readonly string[]): Promise<CheckResult> =>
  JSON.parse((await checkTftp(server, '--json', ...args)).stdout);

/** A file of this repository, for something to give out that nobody made up for a test. */
export const licence = (): Promise<string> => readFile(join(import.meta.dirname, '../../LICENSE'), 'utf8');
