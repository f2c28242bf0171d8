import { createHash } from 'node:crypto';
import { once } from 'node:events';
import ssh2, { type ConnectConfig, type SFTPWrapper } from 'ssh2';
import { describe, expect, it } from 'vitest';
import { createSshServer, generateSshKeyPair, ManualClock, type SshServer } from '../../src/testkit/index.ts';
import { RawClient } from './raw-client.ts';

const users = { probe: 's3cret' };
const files = { 'sentinel.txt': 'OK\n', '/pub/big.bin': new Uint8Array(200_000).fill(7), '/pub/empty': '' };
const key = await generateSshKeyPair();
const anotherKey = await generateSshKeyPair();

/** A client that has logged in by the password, unless told otherwise. */
const logIn = (server: SshServer, config: ConnectConfig = { password: 's3cret' }) =>
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

const openSftp = (client: ssh2.Client) =>
  new Promise<SFTPWrapper>((resolve, reject) => {
    client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)));
  });

/** The promise of what an SFTP function calls back with. */
const ask = <Value>(call: (done: (error: Error | null | undefined, value: Value) => void) => void) =>
  new Promise<Value>((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)));
  });

const read = (sftp: SFTPWrapper, path: string) => ask<Buffer>((done) => sftp.readFile(path, done));

/** Logs in to a server of its own, and fetches over SFTP. */
const fetchFrom = async (server: SshServer, path = 'sentinel.txt') => {
  using client = await logIn(server);
  return String(await read(await openSftp(client), path));
};

/** Offers the right public key, and signs with another. */
class ImpostorAgent extends ssh2.BaseAgent {
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

const parseKey = (text: string): ssh2.ParsedKey => {
  const parsed = ssh2.utils.parseKey(text);
  if (parsed instanceof Error) throw parsed;
  return parsed;
};

describe('a healthy SSH server', () => {
  it('serves a common client over SFTP: files, folders, attributes', async () => {
    await using server = await createSshServer({ users, files });
    using client = await logIn(server);
    const sftp = await openSftp(client);
    expect(String(await read(sftp, 'sentinel.txt'))).toBe('OK\n');
    expect((await read(sftp, '/pub/big.bin')).equals(files['/pub/big.bin'])).toBe(true);
    expect(await read(sftp, '/pub/empty')).toHaveLength(0);
    await expect(read(sftp, 'absent')).rejects.toThrow('No such file');
    await expect(read(sftp, '/pub')).rejects.toThrow('No such file');

    const file = await ask<ssh2.Stats>((done) => sftp.stat('/pub/big.bin', done));
    expect([file.isFile(), file.size]).toEqual([true, 200_000]);
    const folder = await ask<ssh2.Stats>((done) => sftp.lstat('/pub', done));
    expect(folder.isDirectory()).toBe(true);
    await expect(ask((done) => sftp.stat('/nowhere', done))).rejects.toThrow('No such file');

    const entries = await ask<{ filename: string }[]>((done) => sftp.readdir('/pub', done));
    expect(entries.map(({ filename }) => filename)).toEqual(['big.bin', 'empty']);
    await expect(ask((done) => sftp.readdir('/nowhere', done))).rejects.toThrow('No such file');
    expect(await ask((done) => sftp.realpath('pub/../pub', done))).toBe('/pub');
  });

  it('is read-only', async () => {
    await using server = await createSshServer({ users, files });
    using client = await logIn(server);
    const sftp = await openSftp(client);
    await expect(ask((done) => sftp.writeFile('new.txt', 'x', (error) => done(error, 0)))).rejects.toThrow(
      'Permission denied',
    );
    await expect(ask((done) => sftp.unlink('sentinel.txt', (error) => done(error, 0)))).rejects.toThrow(
      'Operation unsupported',
    );
  });

  it('answers handles it has not given, or has taken back, with a failure', async () => {
    await using server = await createSshServer({ users, files });
    using client = await logIn(server);
    const sftp = await openSftp(client);
    const handle = await ask<Buffer>((done) => sftp.open('sentinel.txt', 'r', done));
    await expect(ask((done) => sftp.readdir(handle, done))).rejects.toThrow('Failure');
    await ask((done) => sftp.close(handle, (error) => done(error, 0)));
    await expect(ask((done) => sftp.close(handle, (error) => done(error, 0)))).rejects.toThrow('Failure');
    await expect(ask((done) => sftp.fstat(handle, done))).rejects.toThrow('Failure');
  });

  it('identifies itself as it was told', async () => {
    await using server = await createSshServer({ identification: 'OpenSSH_9.2p1 Debian-2' });
    using client = new RawClient(server);
    expect(await client.says(/\n/)).toMatch(/^SSH-2\.0-OpenSSH_9\.2p1 Debian-2\r\n/);
  });

  it('shows the host key it was given', async () => {
    await using server = await createSshServer({ users, files, hostKey: key.private });
    expect(server.hostKey.publicKey).toBe(key.public.split(' ', 2).join(' '));
    expect(server.hostKey.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
    expect(await fetchFrom(server)).toBe('OK\n');
  });

  it('makes a new host key when it was given none', async () => {
    await using one = await createSshServer();
    await using other = await createSshServer();
    expect(one.hostKey.fingerprint).not.toBe(other.hostKey.fingerprint);
  });

  it('makes key pairs that ssh2 can read, leading zeros or not', async () => {
    for (let pair = 0; pair < 500; pair++) parseKey((await generateSshKeyPair()).private);
  });

  it('rejects a host key that is none', async () => {
    await expect(createSshServer({ hostKey: 'not a key' })).rejects.toThrow(/key/i);
  });

  it.each<[string, ConnectConfig, boolean]>([
    ['the right password', { password: 's3cret' }, true],
    ['a wrong password', { password: 'guess' }, false],
    ['an unknown user', { username: 'other', password: 's3cret' }, false],
    ['a name that every object has', { username: 'constructor', password: 's3cret' }, false],
    ['no password at all', {}, false],
    ['the right key', { privateKey: key.private }, true],
    ['another key', { privateKey: anotherKey.private }, false],
    ["another user's key", { username: 'other', privateKey: key.private }, false],
  ])('login with %s', async (_, config, succeeds) => {
    await using server = await createSshServer({ users, keys: { probe: key.public } });
    const outcome = logIn(server, config).then(
      (client) => client[Symbol.dispose](),
      (error: Error & { level?: string }) => error.level,
    );
    expect(await outcome).toBe(succeeds ? undefined : 'client-authentication');
  });

  it('refuses the right key without the right signature', async () => {
    await using server = await createSshServer({ keys: { probe: key.public } });
    const signedByAnother = new ImpostorAgent();
    await expect(logIn(server, { agent: signedByAnother })).rejects.toMatchObject({ level: 'client-authentication' });
    expect(signedByAnother.asked).toBe(1);
  });

  it('notes what it received, and no password', async () => {
    await using server = await createSshServer({ users, files });
    await fetchFrom(server);
    expect(server.dialogue[0]).toMatch(/^SSH-2\.0-ssh2js/);
    expect(server.dialogue.slice(1)).toEqual([
      'auth none probe',
      'auth password probe',
      'subsystem sftp',
      'sftp open sentinel.txt',
    ]);
  });

  it('closes the SFTP channel when the client is done with it', async () => {
    await using server = await createSshServer({ users });
    using client = await logIn(server);
    const channel = await ask<ssh2.ClientChannel>((done) => client.subsys('sftp', done));
    const closed = once(channel, 'close');
    channel.resume().end();
    await closed;
  });

  it('survives a client that sends nonsense over SFTP', async () => {
    await using server = await createSshServer({ users, files });
    using client = await logIn(server);
    const channel = await ask<ssh2.ClientChannel>((done) => client.subsys('sftp', done));
    const closed = once(channel, 'close');
    channel.resume().end(Buffer.alloc(1_000, 0xff));
    await closed;
    expect(await fetchFrom(server)).toBe('OK\n');
  });

  it('survives clients that talk nonsense or leave in the middle', async () => {
    await using server = await createSshServer({ users, files });
    using nonsense = new RawClient(server);
    nonsense.send('GET / HTTP/1.1');
    await nonsense.ended;
    using broken = new RawClient(server);
    broken.send(`SSH-2.0-broken\r\n${'x'.repeat(2_000)}`);
    await broken.ended;
    using leaver = await logIn(server);
    leaver.destroy();
    expect(await fetchFrom(server)).toBe('OK\n');
  });
});

describe('a faulty SSH server', () => {
  it('silence: accepts, hears, and says nothing', async () => {
    await using server = await createSshServer();
    await server.inject('silence');
    using client = new RawClient(server);
    client.send('SSH-2.0-check');
    await server.received('SSH-2.0-check');
    await server.heal();
    using next = new RawClient(server);
    await next.says(/^SSH-2\.0-.*\r\n/);
    expect(client.said).toBe('');
  });

  it('reset: the connection is reset', async () => {
    await using server = await createSshServer();
    await server.inject('reset');
    using client = new RawClient(server);
    expect(await client.ended).toBe('ECONNRESET');
  });

  it('half-banner: part of an identification without an end, and then nothing', async () => {
    await using server = await createSshServer();
    await server.inject('half-banner');
    using client = new RawClient(server);
    await client.says(/SSH-2/);
    client.send('SSH-2.0-check');
    await server.received('SSH-2.0-check');
    expect(client.said).toBe('SSH-2.');
  });

  it.each([
    ['wrong-banner', /^HTTP\/1\.1 400 Bad Request\r\n$/],
    ['throttled', /^Not allowed at this time\r\n$/],
  ] as const)('%s: another first line, and the end', async (fault, line) => {
    await using server = await createSshServer();
    await server.inject(fault);
    using client = new RawClient(server);
    expect(await client.ended).toBe('end');
    expect(client.said).toMatch(line);
  });

  it('prelude: lines before the identification, and all goes well', async () => {
    await using server = await createSshServer({ users, files });
    await server.inject('prelude');
    using client = new RawClient(server);
    expect(await client.says(/^SSH-2\.0-.*\r\n/m)).toMatch(
      /^This system .*\r\nAll use .*\r\nSSH-2\.0-FarmGuardianTest\r\n/,
    );
    expect(await fetchFrom(server)).toBe('OK\n');
  });

  it('drip: a byte each 50 ms', async () => {
    const clock = new ManualClock();
    await using server = await createSshServer({ clock });
    await server.inject('drip');
    using client = new RawClient(server);
    client.send('SSH-2.0-check');
    await server.received('SSH-2.0-check');
    expect(client.said).toBe('');
    for (const said of ['S', 'SS', 'SSH']) {
      await clock.advance(50);
      await client.says(new RegExp(`^${said}$`));
    }
    await clock.advance(30 * 50);
    await client.says(/^SSH-2\.0-FarmGuardianTest\r\n/);
  });

  it('auth-refused: the right password and the right key are refused', async () => {
    await using server = await createSshServer({ users, keys: { probe: key.public } });
    await server.inject('auth-refused');
    for (const config of [{ password: 's3cret' }, { privateKey: key.private }])
      await expect(logIn(server, config)).rejects.toMatchObject({ level: 'client-authentication' });
    await server.heal('auth-refused');
    using client = await logIn(server);
    expect(client).toBeDefined();
  });

  it.each([
    ['no-subsystem', /subsystem/i],
    ['missing-file', /No such file/],
  ] as const)('%s: fails until it is healed', async (fault, error) => {
    await using server = await createSshServer({ users, files });
    await server.inject(fault);
    await expect(fetchFrom(server)).rejects.toThrow(error);
    await server.heal(fault);
    expect(await fetchFrom(server)).toBe('OK\n');
  });

  it('wrong-content: a file of other contents', async () => {
    await using server = await createSshServer({ users, files });
    await server.inject('wrong-content');
    expect(await fetchFrom(server)).toBe('not what you asked for\n');
    await server.heal();
    expect(await fetchFrom(server)).toBe('OK\n');
  });

  it('refuse: cuts the connections that are open', async () => {
    await using server = await createSshServer({ users });
    using client = await logIn(server);
    const closed = once(client, 'close');
    await server.inject('refuse');
    await closed;
  });
});
