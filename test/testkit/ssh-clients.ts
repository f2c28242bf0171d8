import { createHash } from 'node:crypto';
import ssh2, { type ConnectConfig, type SFTPWrapper } from 'ssh2';
import { generateSshKeyPair, type SshServer } from '../../src/testkit/index.ts';

export const users = { probe: 's3cret' };
export const files = { 'sentinel.txt': 'OK\n', '/pub/big.bin': new Uint8Array(200_000).fill(7), '/pub/empty': '' };
export const key = await generateSshKeyPair();
export const anotherKey = await generateSshKeyPair();

/** A client that has logged in by the password, unless told otherwise. */
export const logIn = (server: SshServer, config: ConnectConfig = { password: 's3cret' }) =>
  new Promise<ssh2.Client & Disposable>((resolve, reject) => {
    const client = Object.assign(new ssh2.Client(), { [Symbol.dispose]: () => void client.destroy() });
    // ssh2 writes a packet in pieces: without this each waits 40 ms for the last one's acknowledgement on Node 26.
    client.on('connect', () => client.setNoDelay(true));
    client.on('ready', () => resolve(client));
    client.on('error', reject);
    client.connect({
      host: server.host,
      port: server.port,
      username: 'probe',
      hostVerifier: (hostKey: Buffer) =>
        server.hostKey.fingerprint === `SHA256:${createHash('sha256').update(hostKey).digest('base64url')}` ||
        server.hostKey.publicKey === `ssh-ed25519 ${hostKey.toString('base64')}`,
      ...config,
    });
  });

export const openSftp = (client: ssh2.Client) =>
  new Promise<SFTPWrapper>((resolve, reject) => {
    client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)));
  });

/** The promise of what an SFTP function calls back with. */
export const ask = <Value>(call: (done: (error: Error | null | undefined, value: Value) => void) => void) =>
  new Promise<Value>((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)));
  });

export const read = (sftp: SFTPWrapper, path: string) => ask<Buffer>((done) => sftp.readFile(path, done));

/** Logs in to a server of its own, and fetches over SFTP. */
export const fetchFrom = async (server: SshServer, path = 'sentinel.txt') => {
  using client = await logIn(server);
  return String(await read(await openSftp(client), path));
};

/** Offers the right public key, and signs with another. */
export class ImpostorAgent extends ssh2.BaseAgent {
  asked = 0;

  override getIdentities(done: (error: Error | undefined, keys?: ssh2.ParsedKey[]) => void): void {
    done(undefined, [parseKey(key.public)]);
  }

  override sign(_key: unknown, data: Buffer, ...rest: unknown[]): void {
    this.asked++;
    const done = rest.at(-1) as (error: Error | undefined, signature?: Buffer) => void;
    done(undefined, parseKey(anotherKey.private).sign(data));
  }
}

export const parseKey = (text: string): ssh2.ParsedKey => {
  const parsed = ssh2.utils.parseKey(text);
  if (parsed instanceof Error) throw parsed;
  return parsed;
};
