import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../clock/clock.ts';
import { systemClock } from '../../clock/system-clock.ts';
import { Dialogue } from '../dialogue.ts';
import type { TestFiles } from '../files.ts';
import { receive } from '../opening.ts';
import { SwitchedServer } from '../switched-server.ts';
import { TcpGate } from '../tcp-gate.ts';
import type { TestServer, TestServerOptions } from '../test-server.ts';
import { describeHostKey, type SshHostKey } from './host-key.ts';
import { generateSshKeyPair } from './key-pair.ts';
import { type SshFault, sshFaults, sshOpenings } from './ssh-fault.ts';
import { serveSsh } from './ssh-session.ts';

/** What a test SSH server can be told at its start. */
export interface SshServerOptions extends TestServerOptions {
  /** Passwords by user name. Without users and keys nobody can log in. */
  readonly users?: Readonly<Record<string, string>>;
  /** The public key that may log in, by user name, in OpenSSH's form (`ssh-ed25519 AAAA…`). */
  readonly keys?: Readonly<Record<string, string>>;
  /** What follows `SSH-2.0-` in the identification. */
  readonly identification?: string;
  /** A private key in PEM or OpenSSH's form. Default: a new Ed25519 key. */
  readonly hostKey?: string;
  /** What times the drip and dates the files. Default: the system's clock. */
  readonly clock?: Clock;
}

/** A test SSH server: login by password or key, and a read-only SFTP subsystem. */
export interface SshServer extends TestServer<SshFault> {
  readonly files: TestFiles;
  readonly hostKey: SshHostKey;
}

/**
 * Starts a test SSH server.
 *
 * @throws the system's error when the address or port cannot be had, or an error about a key that cannot be read
 */
export const createSshServer = async (options: SshServerOptions = {}): Promise<SshServer> => {
  const { host = '127.0.0.1', port = 0, users = {}, clock = systemClock } = options;
  const { identification = 'FarmGuardianTest', keys = {} } = options;
  const { default: ssh2 } = await import('ssh2');
  const read = (key: string) => {
    const parsed = ssh2.utils.parseKey(key);
    if (parsed instanceof Error) throw parsed;
    return parsed;
  };
  const privateKey = options.hostKey ?? (await generateSshKeyPair()).private;
  const hostKey = read(privateKey);
  const files: TestFiles = new Map(Object.entries(options.files ?? {}));
  const active = new Set<SshFault>();
  const dialogue = new Dialogue();
  const keyOf = new Map(Object.entries(keys).map(([user, key]) => [user, read(key)]));
  const site = { users, keys: keyOf, files, faults: active, dialogue, clock };

  const protocol = new ssh2.Server({ hostKeys: [privateKey], ident: identification }, (client, { header }) => {
    dialogue.note(header.identRaw.toString());
    serveSsh(client, site);
  });
  // ssh2 asks for a Socket, and uses of it what every Duplex has.
  const serve = (connection: Duplex) => protocol.injectSocket(connection as Socket);
  const gate = await TcpGate.open(host, port, (socket) =>
    receive(socket, { openings: sshOpenings, faults: active, dialogue, clock, serve }),
  );
  const server = new SwitchedServer({ gate, dialogue, known: sshFaults, active });
  return Object.assign(server, { files, hostKey: describeHostKey(hostKey.type, hostKey.getPublicSSH()) });
};
