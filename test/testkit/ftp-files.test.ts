import { describe, expect, it } from 'vitest';
import { createFtpServer } from '../../src/testkit/index.ts';
import { logIn, logInByHand, openData, users } from './ftp-clients.ts';
import { RawClient } from './raw-client.ts';

const files = { '/sentinel.txt': 'OK\n', '/incoming/': '' };

describe('an FTP server that can be written to', () => {
  it('stores, gives back, lists and deletes', async () => {
    await using session = await logIn({ users, files });
    const { client, server, store, fetch } = session;
    expect(await client.list('/incoming')).toEqual([]);
    await store('/incoming/a.txt', 'new\n');
    await store('/incoming/a.txt', 'newer\n');
    expect(String(await fetch('/incoming/a.txt'))).toBe('newer\n');
    expect((await client.list('/incoming')).map(({ name, size }) => [name, size])).toEqual([['a.txt', 6]]);
    await client.remove('/incoming/a.txt');
    await expect(fetch('/incoming/a.txt')).rejects.toThrow(/^550/);
    await expect(client.remove('/incoming/a.txt')).rejects.toThrow(/^550/);
    expect([...server.files.keys()]).toEqual(['/sentinel.txt', '/incoming/']);
  });

  it('stores into the folder it is in, and over a file whatever its spelling', async () => {
    await using session = await logIn({ users, files: { 'a.txt': 'old' } });
    await session.store('a.txt', 'new');
    expect([...session.server.files]).toEqual([['/a.txt', Buffer.from('new')]]);
  });

  it('makes and removes folders', async () => {
    await using session = await logIn({ users, files });
    const { client, store } = session;
    expect((await client.send('MKD new')).message).toBe('257 "/new" created');
    await expect(client.send('MKD new')).rejects.toThrow(/^550/);
    await expect(client.send('MKD sentinel.txt')).rejects.toThrow(/^550/);
    await client.cd('new');
    await store('x', 'y');
    await expect(client.send('RMD /new')).rejects.toThrow(/^550/);
    await client.remove('x');
    await client.send('RMD /new');
    await expect(client.cd('/new')).rejects.toThrow(/^550/);
    await expect(client.send('RMD /')).rejects.toThrow(/^550/);
  });

  it.each([
    ['disk-full', /^452/],
    ['read-only', /^553/],
  ] as const)('%s: nothing is stored until it is healed', async (fault, error) => {
    await using session = await logIn({ users, files });
    await session.server.inject(fault);
    await expect(session.store('/incoming/a', 'x')).rejects.toThrow(error);
    expect(session.server.files.size).toBe(2);
    await session.server.heal();
    await session.store('/incoming/a', 'x');
    expect(session.server.files.size).toBe(3);
  });

  it.each(['DELE sentinel.txt', 'MKD x', 'RMD incoming'])('read-only: %s is refused', async (command) => {
    await using session = await logIn({ users, files });
    await session.server.inject('read-only');
    await expect(session.client.send(command)).rejects.toThrow(/^553/);
    expect([...session.server.files.keys()]).toEqual(Object.keys(files));
  });

  it('upload-corrupt: other bytes, as many', async () => {
    await using session = await logIn({ users, files });
    await session.server.inject('upload-corrupt');
    await session.store('/incoming/a', 'abc');
    const stored = await session.fetch('/incoming/a');
    expect(stored).toHaveLength(3);
    expect(String(stored)).not.toBe('abc');
  });

  it('delete-refused: the file stays', async () => {
    await using session = await logIn({ users, files });
    await session.server.inject('delete-refused');
    await expect(session.client.remove('sentinel.txt')).rejects.toThrow(/^550/);
    expect(String(await session.fetch('sentinel.txt'))).toBe('OK\n');
  });

  it('stores nothing when the client cuts the connection', async () => {
    await using server = await createFtpServer({ users, files });
    using client = await logInByHand(server);
    client.send('EPSV');
    await client.says(/^229 .*\r\n/m);
    using data = openData(client);
    client.send('STOR sentinel.txt');
    await client.says(/^150 /m);
    data.socket.resetAndDestroy();
    await client.says(/^426 /m);
    expect([...server.files]).toEqual(Object.entries(files));
  });
});

describe('an FTP server with accounts', () => {
  const farm = { users, files, account: 'sales' };

  it('lets in who names the account', async () => {
    await using server = await createFtpServer(farm);
    using client = new RawClient(server);
    client.send('ACCT sales\r\nUSER probe\r\nPASS s3cret\r\nPWD\r\nACCT other\r\nPWD\r\nACCT sales\r\nPWD');
    const said = await client.says(/^257 /m);
    expect(said.replace(/^(\d{3}) .*\r\n/gm, '$1 ')).toBe('220 503 331 332 530 530 530 230 257 ');
  });

  it('lets in nobody without the password', async () => {
    await using server = await createFtpServer(farm);
    using client = new RawClient(server);
    client.send('USER probe\r\nPASS guess\r\nACCT sales\r\nPWD\r\nQUIT');
    const said = await client.says(/^221 /m);
    expect(said.replace(/^(\d{3}) .*\r\n/gm, '$1 ')).toBe('220 331 530 503 530 221 ');
  });
});
