import { once } from 'node:events';
import type ssh2 from 'ssh2';
import type { ConnectConfig } from 'ssh2';
import { describe, expect, it } from 'vitest';
import { createSshServer, generateSshKeyPair } from '../../src/testkit/index.ts';
import { RawClient } from './raw-client.ts';
import {
  anotherKey,
  ask,
  fetchFrom,
  files,
  ImpostorAgent,
  key,
  logIn,
  openSftp,
  parseKey,
  read,
  users,
} from './ssh-clients.ts';

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
