import type { Duplex } from 'node:stream';
import type { Clock } from '../../clock/clock.ts';
import { systemClock } from '../../clock/system-clock.ts';
import { Dialogue } from '../dialogue.ts';
import type { TestFiles } from '../files.ts';
import { receive } from '../opening.ts';
import { SwitchedServer } from '../switched-server.ts';
import { TcpGate } from '../tcp-gate.ts';
import type { TestServer, TestServerOptions } from '../test-server.ts';
import { type FtpFault, ftpFaults, ftpOpenings } from './ftp-fault.ts';
import { FtpSession, type FtpSite } from './ftp-session.ts';
import { FtpTls, type FtpTlsOptions } from './ftp-tls.ts';

/** What a test FTP server can be told at its start. */
export interface FtpServerOptions extends TestServerOptions {
  /** Passwords by user name. */
  readonly users?: Readonly<Record<string, string>>;
  /** Whether `anonymous` and `ftp` may log in with any password. Default: yes, unless there are `users`. */
  readonly anonymous?: boolean;
  /** The account that ACCT must name after the password (332). Default: none is asked for. */
  readonly account?: string;
  /** FTPS. Default: AUTH gets 502. */
  readonly tls?: FtpTlsOptions;
  /** Port that data connections of active mode come from. Default: any. */
  readonly activeSourcePort?: number;
  /** What follows the 220. */
  readonly banner?: string;
  /** What times the drip. Default: the system's clock. */
  readonly clock?: Clock;
}

/** A test FTP server: passive and active mode, TLS, uploads; one command after the other. */
export interface FtpServer extends TestServer<FtpFault> {
  readonly files: TestFiles;
}

/**
 * Starts a test FTP server.
 *
 * @throws the system's error when the address or port cannot be had, or OpenSSL's about a certificate
 */
export const createFtpServer = async (options: FtpServerOptions = {}): Promise<FtpServer> => {
  const {
    host = '127.0.0.1',
    port = 0,
    users = {},
    banner = 'Farm Guardian test server',
    clock = systemClock,
  } = options;
  const { anonymous = Object.keys(users).length === 0 } = options;
  const files: TestFiles = new Map(Object.entries(options.files ?? {}));
  const active = new Set<FtpFault>();
  const dialogue = new Dialogue();
  const site: Omit<FtpSite, 'host'> = {
    banner,
    users,
    anonymous,
    account: options.account,
    files,
    faults: active,
    tls: options.tls && new FtpTls(options.tls, active),
    activeSourcePort: options.activeSourcePort,
    dialogue,
    clock,
  };
  const gate = await TcpGate.open(host, port, (socket) => {
    const serve = (control: Duplex) => new FtpSession(control, socket, { ...site, host: gate.host }).run();
    receive(socket, { openings: ftpOpenings, faults: active, dialogue, clock, serve });
  });
  return Object.assign(new SwitchedServer({ gate, dialogue, known: ftpFaults, active }), { files });
};
