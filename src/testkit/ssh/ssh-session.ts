import type { AuthContext, Connection, ParsedKey, Session } from 'ssh2';
import type { Clock } from '../../clock/clock.ts';
import type { Dialogue } from '../dialogue.ts';
import type { TestFiles } from '../files.ts';
import { runTestCommand } from './run-test-command.ts';
import { serveSftp } from './sftp-session.ts';
import type { SshCommandResult } from './ssh-command-result.ts';
import type { SshFault } from './ssh-fault.ts';

/** What all connections to one SSH server share. */
export interface SshSite {
  /** Passwords by user name. */
  readonly users: Readonly<Record<string, string>>;
  /** The public key that may log in, by user name. */
  readonly keys: ReadonlyMap<string, ParsedKey>;
  readonly methods: readonly ('password' | 'publickey' | 'keyboard-interactive')[];
  readonly files: TestFiles;
  readonly commands: Readonly<Record<string, SshCommandResult>>;
  readonly writable: boolean;
  readonly faults: ReadonlySet<SshFault>;
  readonly dialogue: Dialogue;
  readonly clock: Clock;
}

/** What one connection is told: its server's site, how to cut it with a TCP reset, and who has logged in how. */
export interface SshVisit extends SshSite {
  readonly reset: () => void;
  /** The password that was used, if one was. */
  password?: string;
}

/** Serves a client that has identified itself: key exchange, login, commands and the SFTP subsystem; nothing else. */
export const serveSsh = (client: Connection, site: SshSite, reset: () => void): void => {
  const visit: SshVisit = { ...site, reset };
  const { faults } = site;
  // A client that cuts its connection, or breaks the protocol, is no error here.
  client.on('error', () => {});
  client.on('authentication', (context) => authenticate(context, visit));
  client.on('session', (accept, reject) => {
    if (faults.has('channel-silence')) return;
    if (faults.has('channel-reset')) return reset();
    if (faults.has('channel-refused')) return void reject();
    if (faults.has('packet-size-0')) offerEmptyPackets(client);
    serveSession(accept(), visit);
  });
};

const authenticate = (context: AuthContext, visit: SshVisit): void => {
  const { dialogue, faults, methods } = visit;
  dialogue.note(`auth ${context.method} ${context.username}`);
  if (faults.has('auth-reset')) visit.reset();
  if (faults.has('auth-silence') || faults.has('auth-reset')) return;
  const judge = (good: boolean) => (good ? context.accept() : context.reject([...methods]));
  if (context.method === 'password') visit.password = context.password;
  if (faults.has('auth-refused') || !(methods as readonly string[]).includes(context.method)) judge(false);
  else if (context.method !== 'keyboard-interactive') judge(mayEnter(context, visit));
  else {
    const expected = Object.hasOwn(visit.users, context.username) ? visit.users[context.username] : undefined;
    const ask = [{ prompt: 'Password: ', echo: false }];
    context.prompt(ask, ([answer]) => judge(expected !== undefined && answer === expected));
  }
};

const mayEnter = (context: AuthContext, { users, keys }: SshSite): boolean => {
  const { username } = context;
  if (context.method === 'password') return Object.hasOwn(users, username) && users[username] === context.password;
  if (context.method !== 'publickey') return false;
  const key = keys.get(username);
  if (!key?.getPublicSSH().equals(context.key.data)) return false;
  const { signature, blob, hashAlgo } = context;
  // Without a signature the client only asks whether the key would do.
  return signature === undefined || (blob !== undefined && key.verify(blob, signature, hashAlgo) === true);
};

const serveSession = (session: Session, visit: SshVisit): void => {
  const { dialogue, faults } = visit;
  session.on('exec', (accept, _reject, { command }) => {
    dialogue.note(`exec ${command}`);
    runTestCommand(accept(), command, visit);
  });
  session.on('subsystem', (accept, reject, { name }) => {
    dialogue.note(`subsystem ${name}`);
    const channel = faults.has('no-subsystem') ? void reject() : accept();
    if (faults.has('subsystem-dies')) channel?.end();
    if (faults.has('subsystem-talks')) channel?.write('Good morning!\n');
  });
  // ssh2 gives this up for what is above, when there is no listener.
  const raw = ['no-subsystem', 'subsystem-dies', 'subsystem-talks', 'subsystem-silence'] as const;
  if (raw.some((fault) => faults.has(fault))) return;
  session.on('sftp', (accept) => {
    dialogue.note('subsystem sftp');
    serveSftp(accept(), visit);
  });
};

/** Beneath ssh2's API, which knows no such option. */
const offerEmptyPackets = (client: Connection): void => {
  const { _protocol: protocol } = client as Connection & { readonly _protocol: ChannelOpener };
  const confirm = protocol.channelOpenConfirm.bind(protocol);
  protocol.channelOpenConfirm = (remote, local, window) => confirm(remote, local, window, 0);
};

/** The part of ssh2's protocol that confirms a channel (RFC 4254, section 5.1). */
interface ChannelOpener {
  channelOpenConfirm(remote: number, local: number, window: number, packetSize: number): void;
}
