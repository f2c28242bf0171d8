import { describe, expect, it, vi } from 'vitest';
import { createFtpServer, ManualClock } from '../../src/testkit/index.ts';
import { files, logIn, logInByHand, logInTo, openData, users } from './ftp-clients.ts';
import { RawClient } from './raw-client.ts';

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
