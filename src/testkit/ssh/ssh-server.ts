import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../clock/clock.ts';
import { systemClock } from '../../clock/system-clock.ts';
import { Dialogue } from '../dialogue.ts';
import type { TestFiles } from '../files.ts';
import { flood } from '../flood.ts';
import { receive } from '../opening.ts';
import { SwitchedServer } from '../switched-server.ts';
import { TcpGate } from '../tcp-gate.ts';
import type { TestServer, TestServerOptions } from '../test-server.ts';
import { describeHostKey, type SshHostKey } from './host-key.ts';
import { generateSshKeyPair } from './key-pair.ts';
import type { SshCommandResult } from './ssh-command-result.ts';
import { identified, ignorePacket, type SshFault, sshFaults, sshOpenings } from './ssh-fault.ts';
import { serveSsh } from './ssh-session.ts';

/** What a test SSH server can be told at its start. */
export interface SshServerOptions extends TestServerOptions {
  /** Passwords by user name. Without users and keys nobody can log in. */
  readonly users?: Readonly<Record<string, string>>;
  /** The public key that may log in, by user name, in OpenSSH's form (`ssh-ed25519 AAAA…`). */
  readonly keys?: Readonly<Record<string, string>>;
  /** Methods of login it takes. Default: `password` and `publickey`. */
  readonly methods?: readonly ('password' | 'publickey' | 'keyboard-interactive')[];
  /** What follows `SSH-2.0-` in the identification. */
  readonly identification?: string;
  /** Private keys in PEM or OpenSSH's form, of different types. Default: a new Ed25519 key. */
  readonly hostKey?: string | readonly string[];
  /** What commands say, and how they end, by their whole text; others end with 127. */
  readonly commands?: Readonly<Record<string, SshCommandResult>>;
  /** Whether files may be stored and deleted. Default false. */
  readonly writable?: boolean;
  /** What times the drip and dates the files. Default: the system's clock. */
  readonly clock?: Clock;
}

/** A test SSH server: login by password or key, commands, and an SFTP subsystem. */
export interface SshServer extends TestServer<SshFault> {
  readonly files: TestFiles;
  /** The first of its keys. */
  readonly hostKey: SshHostKey;
  /** All of its keys. */
  readonly hostKeys: readonly SshHostKey[];
}

/**
 * Starts a test SSH server.
 *
 * @throws the system's error when the address or port cannot be had, or an error about a key that cannot be read
 */
export const createSshServer = async (options: SshServerOptions = {}): Promise<SshServer> => {
  const { host = '127.0.0.1', port = 0, users = {}, clock = systemClock } = options;
  const { identification = 'FarmGuardianTest', keys = {}, commands = {}, writable = false } = options;
  const { methods = ['password', 'publickey'] } = options;
  const { default: ssh2 } = await import('ssh2');
  const read = (key: string) => {
    const parsed = ssh2.utils.parseKey(key);
    if (parsed instanceof Error) throw parsed;
    return parsed;
  };
  const own = [options.hostKey ?? (await generateSshKeyPair()).private].flat();
  const other = (await generateSshKeyPair()).private;
  const hostKeys = own.map(read).map((key) => describeHostKey(key.type, key.getPublicSSH()));
  const [hostKey] = hostKeys;
  if (!hostKey) throw new TypeError('an SSH server needs a host key');
  const files: TestFiles = new Map(Object.entries(options.files ?? {}));
  const active = new Set<SshFault>();
  const dialogue = new Dialogue();
  const keyOf = new Map(Object.entries(keys).map(([user, key]) => [user, read(key)]));
  const site = { users, keys: keyOf, methods, files, commands, writable, faults: active, dialogue, clock };

  const serveProtocol = (connection: Duplex, socket: Socket): void => {
    const config = {
      hostKeys: active.has('other-host-key') ? [other] : own,
      ident: identification,
      ...(active.has('weak-kex') && { algorithms: { kex: ['diffie-hellman-group1-sha1' as const] } }),
    };
    const protocol = new ssh2.Server(config, (client, { header }) => {
      dialogue.note(header.identRaw.toString());
      serveSsh(client, site, () => socket.resetAndDestroy());
    });
    // ssh2 asks for a Socket, and uses of it what every Duplex has.
    protocol.injectSocket(connection as Socket);
  };
  const serve = (connection: Duplex, socket: Socket): void => {
    if (active.has('ignore-flood')) floodWithIgnore(connection);
    else if (active.has('kex-reset')) resetAtKeyExchange(connection, socket);
    else serveProtocol(connection, socket);
  };
  const gate = await TcpGate.open(host, port, (socket) =>
    receive(socket, {
      openings: sshOpenings,
      faults: active,
      dialogue,
      clock,
      serve: (connection) => serve(connection, socket),
    }),
  );
  const server = new SwitchedServer({ gate, dialogue, known: sshFaults, active });
  return Object.assign(server, { files, hostKey, hostKeys });
};

const floodWithIgnore = (connection: Duplex): void => {
  connection.write(identified);
  connection.resume();
  flood(connection, ignorePacket);
};

/** The identification alone may still be a look at it. */
const resetAtKeyExchange = (connection: Duplex, socket: Socket): void => {
  connection.write(identified);
  let heard = 0;
  connection.on('data', (bytes: Buffer) => {
    heard += bytes.length;
    if (heard > 256) socket.resetAndDestroy();
  });
};
