import type { AuthContext, Connection, ParsedKey, Session } from 'ssh2';
import type { Clock } from '../../clock/clock.ts';
import type { Dialogue } from '../dialogue.ts';
import type { TestFiles } from '../files.ts';
import { serveSftp } from './sftp-session.ts';
import type { SshFault } from './ssh-fault.ts';

/** What all connections to one SSH server share. */
export interface SshSite {
  /** Passwords by user name. */
  readonly users: Readonly<Record<string, string>>;
  /** The public key that may log in, by user name. */
  readonly keys: ReadonlyMap<string, ParsedKey>;
  readonly files: TestFiles;
  readonly faults: ReadonlySet<SshFault>;
  readonly dialogue: Dialogue;
  readonly clock: Clock;
}

/** Serves a client that has identified itself: key exchange, login, and the SFTP subsystem; nothing else. */
export const serveSsh = (client: Connection, site: SshSite): void => {
  // A client that cuts its connection, or breaks the protocol, is no error here.
  client.on('error', () => {});
  client.on('authentication', (context) => {
    site.dialogue.note(`auth ${context.method} ${context.username}`);
    if (!site.faults.has('auth-refused') && mayEnter(context, site)) context.accept();
    else context.reject(['password', 'publickey']);
  });
  client.on('session', (accept) => {
    if (site.faults.has('packet-size-0')) offerEmptyPackets(client);
    serveSession(accept(), site);
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

const serveSession = (session: Session, site: SshSite): void => {
  session.on('sftp', (accept, reject) => {
    site.dialogue.note('subsystem sftp');
    if (site.faults.has('no-subsystem')) reject();
    else serveSftp(accept(), site);
  });
};
