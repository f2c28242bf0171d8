import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Client } from 'basic-ftp';
import { describe, expect, it, vi } from 'vitest';
import { createFtpServer, type FtpServer, type FtpServerOptions, ManualClock } from '../../src/testkit/index.ts';
import { RawClient } from './raw-client.ts';

const users = { probe: 's3cret' };
const files = { 'sentinel.txt': 'OK\n', '/pub/big.bin': new Uint8Array(200_000).fill(7), '/pub/empty': '' };

/** A client that has logged in, on a server of its own. */
const logIn = async (options: FtpServerOptions = { users, files }) => {
  const server = await createFtpServer(options);
  const client = new Client(5_000);
  await client.access({ host: server.host, port: server.port, user: 'probe', password: 's3cret' });
  return {
    server,
    client,
    fetch: async (path: string) => {
      const sink = new PassThrough();
      const [content] = await Promise.all([buffer(sink), client.downloadTo(sink, path).finally(() => sink.end())]);
      return content;
    },
    async [Symbol.asyncDispose]() {
      client.close();
      await server.close();
    },
  };
};

/** A plain client that has logged in. */
const logInByHand = async (server: FtpServer) => {
  const client = new RawClient(server);
  client.send('USER probe\r\nPASS s3cret');
  await client.says(/^230 /m);
  return client;
};

/** A plain client's data connection, to where the last 227 or 229 pointed. */
const openData = (client: RawClient, host = '127.0.0.1') => {
  const [, port, high, low] = /\|\|\|(\d+)\||\(\d+,\d+,\d+,\d+,(\d+),(\d+)\)/.exec(client.said) ?? [];
  return new RawClient({ host, port: port ? Number(port) : Number(high) * 256 + Number(low) });
};

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
    ['FEAT', '211-Features:\r\n EPSV\r\n PASV\r\n SIZE\r\n211 End\r\n'],
    ['PWD', '257 "/" is the current directory\r\n'],
    ['TYPE I', '200 Type set.\r\n'],
    ['TYPE E', '504 Type not supported.\r\n'],
    ['SIZE sentinel.txt', '213 3\r\n'],
    ['SIZE absent', '550 Could not get file size.\r\n'],
    ['RETR sentinel.txt', '425 Failed to establish connection.\r\n'],
    ['RETR absent', '550 Failed to open file.\r\n'],
    ['STOR x', '502 Command not implemented.\r\n'],
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

describe('a faulty FTP server', () => {
  it('silence: accepts, hears, and says nothing', async () => {
    await using server = await createFtpServer();
    await server.inject('silence');
    using client = new RawClient(server);
    client.send('USER anonymous');
    await server.received('USER anonymous');
    await server.heal();
    using next = new RawClient(server);
    await next.says(/^220 .*\r\n/);
    expect(client.said).toBe('');
  });

  it('silence: masks the password of a client that does not wait', async () => {
    await using server = await createFtpServer();
    await server.inject('silence');
    using client = new RawClient(server);
    client.send('USER anonymous\r\npass s3cret');
    expect(await server.received(/^pass/)).toBe('pass ***');
  });

  it('reset: the connection is reset', async () => {
    await using server = await createFtpServer();
    await server.inject('reset');
    using client = new RawClient(server);
    expect(await client.ended).toBe('ECONNRESET');
    expect(client.said).toBe('');
    expect(server.connections).toBe(1);
  });

  it('half-banner: part of a reply code without an end, and then nothing', async () => {
    await using server = await createFtpServer();
    await server.inject('half-banner');
    using client = new RawClient(server);
    await client.says(/22/);
    client.send('NOOP');
    await server.received('NOOP');
    expect(client.said).toBe('22');
  });

  it.each([
    ['wrong-banner', /^HTTP\/1\.1 400 Bad Request\r\n$/],
    ['too-many', /^421 .*\r\n$/],
  ] as const)('%s: another first line, and the end', async (fault, line) => {
    await using server = await createFtpServer();
    await server.inject(fault);
    using client = new RawClient(server);
    expect(await client.ended).toBe('end');
    expect(client.said).toMatch(line);
  });

  it('drip: a byte each 50 ms on the control connection', async () => {
    const clock = new ManualClock();
    await using server = await createFtpServer({ clock });
    await server.inject('drip');
    using client = new RawClient(server);
    client.send('NOOP');
    await server.received('NOOP');
    await clock.advance(49);
    client.send('SYST');
    await server.received('SYST');
    expect(client.said).toBe('');
    for (const said of ['2', '22', '220']) {
      await clock.advance(50);
      await client.says(new RegExp(`^${said}$`));
    }
    await clock.advance(100 * 50);
    await client.says(/^220 .*\r\n200 NOOP ok\.\r\n215 .*\r\n$/);
  });

  it('drip: a byte each 50 ms on the data connection', async () => {
    const clock = new ManualClock();
    await using server = await createFtpServer({ users, files, clock });
    using client = await logInByHand(server);
    await server.inject('drip');
    client.send('EPSV');
    await client.says(/^229 .*\r\n/m);
    using data = openData(client);
    client.send('RETR sentinel.txt');
    await client.says(/^150 /m);
    for (const said of ['O', 'OK', 'OK\n']) {
      await clock.advance(50);
      await data.says(new RegExp(`^${said}$`));
    }
    await client.says(/^226 /m);
  });

  it('drip: stops when the client leaves', async () => {
    const clock = new ManualClock();
    await using server = await createFtpServer({ clock });
    await server.inject('drip');
    using client = new RawClient(server);
    client.send('NOOP');
    await server.received('NOOP');
    expect(clock.timers).toBe(1);
    client.socket.destroy();
    await server.close();
    await vi.waitFor(() => expect(clock.timers).toBe(0));
  });

  it('auth-refused: the right password gets 530', async () => {
    await using server = await createFtpServer({ users });
    await server.inject('auth-refused');
    await expect(logInTo(server)).rejects.toThrow('530 Login incorrect.');
    await server.heal('auth-refused');
    await expect(logInTo(server)).resolves.toBeUndefined();
  });

  it.each([
    ['missing-file', 'sentinel.txt', /^550/],
    ['data-refused', 'sentinel.txt', /ECONNREFUSED/],
  ] as const)('%s: a transfer fails until it is healed', async (fault, path, error) => {
    await using session = await logIn();
    await session.server.inject(fault);
    await expect(session.fetch(path)).rejects.toThrow(error);
    await session.server.heal(fault);
    expect(String(await session.fetch(path))).toBe('OK\n');
  });

  it('wrong-content: a file of other contents, with the size that goes with them', async () => {
    await using session = await logIn();
    await session.server.inject('wrong-content');
    const content = await session.fetch('sentinel.txt');
    expect(String(content)).toBe('not what you asked for\n');
    expect(await session.client.size('sentinel.txt')).toBe(content.length);
    await expect(session.fetch('absent')).rejects.toThrow(/^550/);
    await session.server.heal();
    expect(String(await session.fetch('sentinel.txt'))).toBe('OK\n');
  });

  it('epsv-refused: EPSV gets 500, PASV works', async () => {
    await using session = await logIn();
    await session.server.inject('epsv-refused');
    await expect(session.client.send('EPSV')).rejects.toThrow(/^500/);
    await expect(session.client.send('PASV')).resolves.toMatchObject({ code: 227 });
  });

  it('data-refused: a client that goes on regardless gets 425', async () => {
    await using server = await createFtpServer({ users, files });
    await server.inject('data-refused');
    using client = await logInByHand(server);
    client.send('PASV');
    await client.says(/^227 .*\r\n/m);
    expect(await openData(client).ended).toBe('ECONNREFUSED');
    client.send('RETR sentinel.txt');
    await client.says(/^425 /m);
  });

  it('data-silence: the data connection is accepted and stays empty', async () => {
    await using server = await createFtpServer({ users, files });
    await server.inject('data-silence');
    using client = await logInByHand(server);
    client.send('EPSV');
    await client.says(/^229 .*\r\n/m);
    using data = openData(client);
    client.send('RETR sentinel.txt');
    await client.says(/^150 /m);
    expect(data.said).toBe('');
    data.socket.end();
    expect(await client.says(/^426 /m)).not.toContain('226 ');
    expect(data.said).toBe('');
  });

  it('pasv-elsewhere: PASV advertises 192.0.2.1, and the port is real all the same', async () => {
    await using server = await createFtpServer({ users, files });
    await server.inject('pasv-elsewhere');
    using client = await logInByHand(server);
    client.send('PASV');
    expect(await client.says(/^227 .*\r\n/m)).toContain('(192,0,2,1,');
    using data = openData(client);
    client.send('RETR sentinel.txt');
    await client.says(/^226 /m);
    await data.ended;
    expect(data.said).toBe('OK\n');
  });

  it('no-completion: the file comes, the 226 does not', async () => {
    await using server = await createFtpServer({ users, files });
    await server.inject('no-completion');
    using client = await logInByHand(server);
    client.send('EPSV');
    await client.says(/^229 .*\r\n/m);
    using data = openData(client);
    client.send('RETR sentinel.txt\r\nNOOP');
    expect(await client.says(/^200 NOOP/m)).not.toContain('\r\n226 ');
    await data.ended;
    expect(data.said).toBe('OK\n');
  });

  it('refuse: cuts the connections that are open', async () => {
    await using server = await createFtpServer();
    using client = new RawClient(server);
    await client.says(/^220 .*\r\n/);
    await server.inject('refuse');
    expect(await client.ended).toBe('end');
  });
});

const logInTo = async (server: FtpServer): Promise<void> => {
  const client = new Client(5_000);
  try {
    await client.access({ host: server.host, port: server.port, user: 'probe', password: 's3cret' });
  } finally {
    client.close();
  }
};
