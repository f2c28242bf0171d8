import { once } from 'node:events';
import type ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { createSshServer, generateSshKeyPair, ManualClock, type SshFault } from '../../src/testkit/index.ts';
import { RawClient } from './raw-client.ts';
import { ask, files, logIn, openSftp, read, users } from './ssh-clients.ts';

const faulty = async (fault: SshFault, options = {}) => {
  const server = await createSshServer({ users, files, ...options });
  await server.inject(fault);
  return server;
};

describe('a hostile SSH server', () => {
  const identified = 'SSH-2.0-FarmGuardianTest\r\n';

  it.each<[SshFault, string, string]>([
    ['endless-banner', '', 'Welcome, and welcome again\r\n'],
    ['endless-identification', '', 'SSH-2.0-'],
    ['ignore-flood', identified, `\0\0\0d\x04\x02\0\0\0Z${'x'.repeat(90)}\0\0\0\0`],
  ])('%s: says it again and again', async (fault, first, again) => {
    await using server = await faulty(fault);
    using client = new RawClient(server);
    await client.says(/^[\s\S]{50000}/);
    expect(client.said.startsWith(first + again.repeat(100))).toBe(true);
  });

  it.each<[SshFault, string]>([
    ['max-startups', 'Exceeded MaxStartups\r\n'],
    ['too-many', `${identified}\0\0\0\x14\x04\x01\0\0\0\x0c\0\0\0\x02go${'\0'.repeat(8)}`],
  ])('%s: says so, and hangs up', async (fault, said) => {
    await using server = await faulty(fault);
    using client = new RawClient(server);
    expect(await client.ended).toBe('end');
    expect(client.said).toBe(said);
  });

  it('control-bytes: in a line before the identification, and in texts of SFTP', async () => {
    await using server = await faulty('control-bytes');
    using raw = new RawClient(server);
    expect((await raw.says(/SSH-2/)).startsWith('a\0b\x1b[31mred\x07|x=1\x7f\r\nSSH-2')).toBe(true);
    using client = await logIn(server);
    await expect(read(await openSftp(client), 'absent')).rejects.toThrow('No such file or directory\0\x1b[31mred');
  });

  it('split: every byte in a packet of its own', async () => {
    await using server = await faulty('split');
    using client = new RawClient(server);
    let pieces = 0;
    client.socket.on('data', () => pieces++);
    const said = await client.says(/^SSH-2.*\r\n/);
    expect(pieces).toBeGreaterThan(said.length / 2);
  });

  it.each<[SshFault, string]>([
    ['kex-garbage', ''],
    ['kex-reset', 'client-socket'],
    ['weak-kex', 'handshake'],
    ['auth-reset', 'client-socket'],
  ])('%s: nobody gets in', async (fault, level) => {
    await using server = await faulty(fault);
    const error: { level?: string } = await logIn(server).then(
      () => ({}),
      (reason) => reason,
    );
    expect(error.level ?? '').toBe(level);
  });

  it('other-host-key: another one than it says', async () => {
    await using server = await faulty('other-host-key');
    await expect(logIn(server)).rejects.toThrow('Host denied');
  });

  it.each<[SshFault, string]>([
    ['kex-silence', 'SSH-2.0-ssh2js1.17.0'],
    ['auth-silence', 'auth none probe'],
  ])('%s: hears, and says no more', async (fault, heard) => {
    await using server = await faulty(fault);
    const login = logIn(server, { password: 's3cret', readyTimeout: 300 });
    await server.received(heard);
    await expect(login).rejects.toMatchObject({ level: 'client-timeout' });
  });

  it.each<[SshFault, RegExp]>([
    ['channel-refused', /Channel open failure/],
    ['channel-reset', /ECONNRESET|No response|Channel open/],
    ['no-subsystem', /Unable to start subsystem/],
  ])('%s: no channel', async (fault, message) => {
    await using server = await faulty(fault);
    using client = await logIn(server);
    client.on('error', () => {});
    await expect(openSftp(client)).rejects.toThrow(message);
  });

  it('packet-size-0: a channel that takes nothing', async () => {
    await using server = await faulty('packet-size-0');
    using client = await logIn(server);
    const channel = await ask<ssh2.ClientChannel>((done) => client.subsys('sftp', done));
    expect(channel).toMatchObject({ outgoing: { packetSize: 0 } });
  });

  it.each<[SshFault, RegExp]>([
    ['subsystem-talks', /^Good morning!\n$/],
    ['subsystem-dies', /^$/],
  ])('%s: no SFTP comes', async (fault, said) => {
    await using server = await faulty(fault);
    using client = await logIn(server);
    const channel = await ask<ssh2.ClientChannel>((done) => client.subsys('sftp', done));
    let heard = '';
    channel.on('data', (bytes: Buffer) => {
      heard += bytes;
      channel.end();
    });
    if (fault === 'subsystem-dies') await once(channel, 'end');
    else await once(channel, 'data');
    expect(heard).toMatch(said);
  });

  it('denied, stale-files, endless-folder, empty-reads: SFTP that is of no use', async () => {
    const clock = new ManualClock();
    await using server = await faulty('stale-files', { clock });
    using client = await logIn(server);
    const sftp = await openSftp(client);
    const { mtime } = await ask<ssh2.Stats>((done) => sftp.stat('sentinel.txt', done));
    expect(mtime).toBe(Math.floor(clock.wallTime() / 1_000) - 86_400);
    await server.inject('endless-folder');
    const folder = await ask<Buffer>((done) => sftp.opendir('/', done));
    for (let i = 0; i < 3; i++) expect(await ask<object[]>((done) => sftp.readdir(folder, done))).toHaveLength(500);
    await server.inject('denied');
    await expect(read(sftp, 'sentinel.txt')).rejects.toThrow('Permission denied');
  });
});

describe('an SSH server that may be written to', () => {
  it('stores, gives and deletes files, and its faults spoil that', async () => {
    await using server = await createSshServer({ users, files, writable: true });
    using client = await logIn(server);
    const sftp = await openSftp(client);
    const store = () => ask((done) => sftp.writeFile('new.txt', 'moo', (error) => done(error, 0)));
    const remove = () => ask((done) => sftp.unlink('new.txt', (error) => done(error, 0)));
    await store();
    expect(String(server.files.get('/new.txt'))).toBe('moo');
    expect(String(await read(sftp, 'new.txt'))).toBe('moo');
    await server.inject('delete-refused');
    await expect(remove()).rejects.toThrow('Permission denied');
    await server.heal();
    await remove();
    await expect(remove()).rejects.toThrow('No such file');
    await server.inject('disk-full');
    await expect(store()).rejects.toThrow('No space left');
    await server.heal();
    await server.inject('upload-corrupt');
    await store();
    expect(String(server.files.get('/new.txt'))).toBe('???');
  });
});

describe('commands of an SSH server', () => {
  const commands = { uptime: { output: 'up\n', error: 'hm\n' }, fail: { exitCode: 3 }, die: { signal: 'KILL' } };

  it.each([
    ['uptime', 'up\n', 0],
    ['fail', '', 3],
    ['die', '', null],
    ['toString', '', 127],
  ])('%s', async (command, output, code) => {
    await using server = await createSshServer({ users, commands });
    using client = await logIn(server);
    const heard = await new Promise<[string, number | null]>((resolve, reject) =>
      client.exec(command, (error, channel) => {
        if (error) return reject(error);
        let said = '';
        let exit: number | null = null;
        channel.on('data', (bytes: Buffer) => {
          said += bytes;
        });
        channel.on('exit', (status: number | null) => {
          exit = status;
        });
        channel.on('close', () => resolve([said, exit]));
        channel.stderr.resume();
      }),
    );
    expect(heard).toEqual([output, code]);
    expect(server.dialogue).toContain(`exec ${command}`);
  });
});

it('may have host keys of several types, and ask in another way', async () => {
  const keys = await Promise.all((['ed25519', 'ecdsa'] as const).map((type) => generateSshKeyPair({ type })));
  await using server = await createSshServer({
    users,
    hostKey: keys.map((pair) => pair.private),
    methods: ['keyboard-interactive'],
  });
  expect(server.hostKeys.map(({ publicKey }) => publicKey.split(' ')[0])).toEqual([
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
  ]);
  const login = logIn(server, { tryKeyboard: true });
  await expect(logIn(server)).rejects.toThrow('authentication methods failed');
  login.catch(() => {});
  await server.received('auth keyboard-interactive probe');
  await expect(createSshServer({ hostKey: [] })).rejects.toThrow('needs a host key');
});
