import { describe, expect, it } from 'vitest';
import { createFtpServer } from '../../src/testkit/index.ts';
import { files, logIn, logInByHand, openData, users } from './ftp-clients.ts';
import { RawClient } from './raw-client.ts';

describe('a healthy FTP server', () => {
  it('serves a common client: login, folders, sizes, transfers', async () => {
    await using session = await logIn();
    const { client, fetch } = session;
    expect(String(await fetch('sentinel.txt'))).toBe('OK\n');
    expect(await client.size('/pub/big.bin')).toBe(200_000);
    expect((await fetch('/pub/big.bin')).equals(files['/pub/big.bin'])).toBe(true);
    expect(await fetch('/pub/empty')).toHaveLength(0);
    await client.cd('/pub');
    expect(await client.pwd()).toBe('/pub');
    expect(await fetch('../sentinel.txt')).toHaveLength(3);
    expect((await client.list()).map(({ name, size }) => [name, size])).toEqual([
      ['big.bin', 200_000],
      ['empty', 0],
    ]);
    expect((await client.list('/')).map(({ name, isDirectory }) => [name, isDirectory])).toEqual([
      ['sentinel.txt', false],
      ['pub', true],
    ]);
    await expect(client.cd('/nowhere')).rejects.toThrow(/^550/);
    await expect(fetch('/pub')).rejects.toThrow(/^550/);
  });

  it('greets with its banner', async () => {
    await using server = await createFtpServer({ banner: 'ProFTPD Server ready.' });
    using client = new RawClient(server);
    expect(await client.says(/\n/)).toBe('220 ProFTPD Server ready.\r\n');
  });

  it.each([
    ['SYST', '215 UNIX Type: L8\r\n'],
    ['NOOP', '200 NOOP ok.\r\n'],
    ['noop', '200 NOOP ok.\r\n'],
    ['FEAT', '211-Features:\r\n EPRT\r\n EPSV\r\n PASV\r\n SIZE\r\n211 End\r\n'],
    ['PWD', '257 "/" is the current directory\r\n'],
    ['TYPE I', '200 Type set.\r\n'],
    ['TYPE E', '504 Type not supported.\r\n'],
    ['SIZE sentinel.txt', '213 3\r\n'],
    ['SIZE absent', '550 Could not get file size.\r\n'],
    ['RETR sentinel.txt', '425 Failed to establish connection.\r\n'],
    ['RETR absent', '550 Failed to open file.\r\n'],
    ['STOR x', '425 Failed to establish connection.\r\n'],
    ['STOR nowhere/x', '553 Could not create file.\r\n'],
    ['PBSZ 0', '503 Only over TLS.\r\n'],
    ['ACCT x', '202 ACCT is superfluous here.\r\n'],
    ['SITE HELP', '502 Command not implemented.\r\n'],
    ['AUTH TLS', '502 Command not implemented.\r\n'],
    ['', '502 Command not implemented.\r\n'],
  ])('answers %j as it should', async (command, answer) => {
    await using server = await createFtpServer({ users, files });
    using client = await logInByHand(server);
    const before = client.said.length;
    client.send(`${command}\r\nQUIT`);
    const said = await client.says(/^221 .*\r\n/m);
    expect(said.slice(before)).toBe(`${answer}221 Goodbye.\r\n`);
    expect(await client.ended).toBe('end');
  });

  it.each([
    ['anonymous without users', {}, 'anonymous', 'me@here', 230],
    ['ftp without users', {}, 'ftp', '', 230],
    ['anonymous beside users', { users }, 'anonymous', 'me@here', 530],
    ['anonymous beside users when allowed', { users, anonymous: true }, 'anonymous', 'me@here', 230],
    ['a user with the right password', { users }, 'probe', 's3cret', 230],
    ['a user with a wrong password', { users }, 'probe', 'guess', 530],
    ['an unknown user', { users }, 'other', 's3cret', 530],
    ['a name that every object has', { users }, 'constructor', '', 530],
  ])('logs in %s or not', async (_, options, user, password, code) => {
    await using server = await createFtpServer(options);
    using client = new RawClient(server);
    client.send(`USER ${user}\r\nPASS ${password}`);
    const said = await client.says(/^[25]30 .*\r\n/m);
    expect(said).toContain(`\r\n${code} `);
  });

  it('answers nothing of worth before the login', async () => {
    await using server = await createFtpServer({ users, files });
    using client = new RawClient(server);
    client.send('PASS s3cret\r\nSIZE sentinel.txt\r\nQUIT');
    expect(await client.says(/^221 /m)).toMatch(/\r\n503 .*\r\n530 .*\r\n221 /);
  });

  it('lists names only with NLST, and takes options for what they are', async () => {
    await using server = await createFtpServer({ users, files });
    using client = await logInByHand(server);
    client.send('EPSV');
    await client.says(/^229 .*\r\n/m);
    using data = openData(client);
    client.send('NLST -a /pub');
    await client.says(/^226 /m);
    expect(await data.ended).toBe('end');
    expect(data.said).toBe('big.bin\r\nempty\r\n');
  });

  it('serves files that were changed while it runs', async () => {
    await using session = await logIn();
    session.server.files.set('/sentinel.txt', 'new\n');
    session.server.files.delete('sentinel.txt');
    expect(String(await session.fetch('sentinel.txt'))).toBe('new\n');
  });

  it('serves over IPv6, where PASV is not for', async () => {
    await using session = await logIn({ users, files, host: '::1' });
    expect(session.server.host).toBe('::1');
    expect(String(await session.fetch('sentinel.txt'))).toBe('OK\n');
    await expect(session.client.send('PASV')).rejects.toThrow(/^425/);
  });

  it('notes what it received, and no password', async () => {
    await using session = await logIn();
    await session.fetch('sentinel.txt');
    expect(session.server.dialogue).toContain('USER probe');
    expect(session.server.dialogue).toContain('PASS ***');
    expect(session.server.dialogue).toContain('RETR sentinel.txt');
    expect(session.server.dialogue.join('\n')).not.toContain('s3cret');
  });

  it('cuts a data connection together with its control connection', async () => {
    await using server = await createFtpServer({ users, files });
    await server.inject('data-silence');
    using client = await logInByHand(server);
    client.send('EPSV');
    await client.says(/^229 .*\r\n/m);
    using data = openData(client);
    client.send('RETR sentinel.txt');
    await client.says(/^150 /m);
    client.socket.destroy();
    expect(await data.ended).toBe('end');
  });

  it('expects one data connection only, and none after another PASV', async () => {
    await using server = await createFtpServer({ users, files });
    using client = await logInByHand(server);
    client.send('EPSV');
    await client.says(/^229 .*\r\n/m);
    using first = openData(client);
    const port = Number(/\|\|\|(\d+)\|/.exec(client.said)?.[1]);
    client.send('PASV');
    await client.says(/^227 .*\r\n/m);
    expect(await first.ended).toMatch(/^(?:end|ECONNRESET)$/);
    using late = new RawClient({ host: '127.0.0.1', port });
    expect(await late.ended).toBe('ECONNREFUSED');
  });

  it('survives a client that says a megabyte in one line', async () => {
    await using server = await createFtpServer();
    using client = new RawClient(server);
    client.send(`NOOP ${'x'.repeat(1_000_000)}\r\nQUIT`);
    await client.says(/^221 /m);
    expect(server.dialogue.map((line) => line.length)).toEqual([512, 4]);
  });
});
