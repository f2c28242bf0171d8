import { describe, expect, it } from 'vitest';
import { createFtpServer, type FtpFault, ManualClock } from '../../src/testkit/index.ts';
import { files, logInByHand, openData, users } from './ftp-clients.ts';
import { RawClient } from './raw-client.ts';

/** A client that has logged in and opened a passive data connection, on a server with this fault. */
const withData = async (fault: FtpFault) => {
  const server = await createFtpServer({ users, files });
  const client = await logInByHand(server);
  client.send('EPSV');
  await client.says(/^229 .*\r\n/m);
  const data = openData(client);
  client.said = '';
  await server.inject(fault);
  client.send('RETR sentinel.txt');
  return {
    client,
    data,
    async [Symbol.asyncDispose]() {
      await server.close();
    },
  };
};

/** Pieces as they came, and the whole of them. */
const piecesOf = async (client: RawClient, whole: RegExp): Promise<number> => {
  let pieces = 0;
  client.socket.on('data', () => pieces++);
  await client.says(whole);
  return pieces;
};

describe('a hostile FTP server', () => {
  it('endless-banner: greets until the client leaves', async () => {
    await using server = await createFtpServer();
    await server.inject('endless-banner');
    using client = new RawClient(server);
    expect(await client.says(/^[\s\S]{200000}/)).toMatch(/^(?:220-.*\r\n)+/);
    client.send('QUIT');
    await server.received('QUIT');
    const { length } = client.said;
    await client.says(new RegExp(`^[\\s\\S]{${length}}`));
  });

  it('long-line: ten million bytes, and no line end', async () => {
    await using server = await createFtpServer();
    await server.inject('long-line');
    using client = new RawClient(server);
    let bytes = 0;
    await new Promise<void>((resolve) => {
      client.socket.removeAllListeners('data').on('data', (piece: string) => {
        expect(piece).not.toContain('\n');
        bytes += piece.length;
        if (bytes >= 10_000_000) resolve();
      });
    });
    expect(bytes).toBe(10_000_004);
  });

  it('endless-multiline: greets well, and answers until the client leaves', async () => {
    await using server = await createFtpServer();
    await server.inject('endless-multiline');
    using client = new RawClient(server);
    await client.says(/^220 .*\r\n$/);
    client.send('USER ftp');
    expect(await client.says(/^[\s\S]{100000}/)).toMatch(/^220 .*\r\n(?:331-.*\r\n)+/);
  });

  it('split: a packet for each byte', async () => {
    await using server = await createFtpServer();
    await server.inject('split');
    using client = new RawClient(server);
    client.send('NOOP');
    // The system may still join neighbours.
    expect(await piecesOf(client, /\r\n200 .*\r\n/)).toBeGreaterThan(20);
    expect(client.said).toBe('220 Farm Guardian test server\r\n200 NOOP ok.\r\n');
  });

  it('split: data too, and no clock is asked', async () => {
    const clock = new ManualClock();
    await using server = await createFtpServer({ users, files, clock });
    await server.inject('split');
    using client = await logInByHand(server);
    client.send('EPSV');
    await client.says(/^229 .*\r\n/m);
    using data = openData(client);
    client.send('RETR sentinel.txt');
    await Promise.all([client.says(/^226 .*\r\n/m), data.ended]);
    expect(data.said).toBe('OK\n');
  });

  it('control-bytes: in every line that has words', async () => {
    await using server = await createFtpServer();
    await server.inject('control-bytes');
    using client = new RawClient(server);
    client.send('FEAT');
    const said = await client.says(/^211 End/m);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are the point
    expect(said.match(/\0\u001b\[31mred\u0007\|x=1\u009b\u00ff\r\n/g)).toHaveLength(2);
  });

  it('endless-331: whatever is said', async () => {
    await using server = await createFtpServer({ users });
    await server.inject('endless-331');
    using client = new RawClient(server);
    client.send('USER probe\r\nPASS s3cret\r\nPWD\r\nwhat\r\nQUIT');
    expect(await client.ended).toBe('end');
    expect(client.said.replace(/^(\d{3}).*\r\n/gm, '$1 ')).toBe('220 331 331 331 331 331 ');
  });

  it('echo-password: in every reply since there is one', async () => {
    await using server = await createFtpServer({ users });
    await server.inject('echo-password');
    using client = new RawClient(server);
    client.send('USER probe\r\nPASS s3cret\r\nNOOP\r\nUSER x\r\nPASS guess');
    const said = await client.says(/^530 /m);
    expect(said).toMatch(
      /^220 [^(]*\r\n331 [^(]*\r\n230 .*\(s3cret\)\r\n200 .*\(s3cret\)\r\n331 .*\r\n530 .*\(guess\)\r\n$/,
    );
    expect(server.dialogue.join('\n')).not.toMatch(/s3cret|guess/);
  });

  it('pasv-garbage: neither address nor port', async () => {
    await using server = await createFtpServer({ users });
    await server.inject('pasv-garbage');
    using client = await logInByHand(server);
    client.send('PASV\r\nEPSV');
    expect(await client.says(/^229 .*\r\n/m)).toMatch(/\(300,1,2,,4,99999\)[\s\S]*\(\|\|\|99999\|\)/);
  });

  it('data-endless: until the client leaves, then 426', async () => {
    await using session = await withData('data-endless');
    await session.data.says(/^x{200000}/);
    expect(session.client.said).toMatch(/^150 .*\r\n$/);
    session.data.socket.destroy();
    await session.client.says(/^426 /m);
  });

  it.each([
    ['data-early-end', 'end', /^150 .*\r\n426 /],
    ['data-reset', 'ECONNRESET', /^150 .*\r\n426 /],
    ['missing-150', 'end', /^226 /],
    ['wrong-226', 'end', /^150 .*\r\n200 /],
  ] as const)('%s: the data connection has its %s, the dialogue is another', async (fault, end, dialogue) => {
    await using session = await withData(fault);
    expect(await session.data.ended).toBe(end);
    await session.client.says(dialogue);
    const whole = fault === 'missing-150' || fault === 'wrong-226';
    // A reset may overtake what was sent before it.
    expect(whole ? ['OK\n'] : ['O', ...(fault === 'data-reset' ? [''] : [])]).toContain(session.data.said);
  });

  it('idle-reset: NOOP is answered by a reset', async () => {
    await using server = await createFtpServer();
    await server.inject('idle-reset');
    using client = new RawClient(server);
    await client.says(/^220 /);
    client.send('NOOP');
    expect(await client.ended).toBe('ECONNRESET');
  });

  it('idle-silence: NOOP is not answered, all else is', async () => {
    await using server = await createFtpServer();
    await server.inject('idle-silence');
    using client = new RawClient(server);
    client.send('NOOP\r\nSYST');
    expect(await client.says(/^215 /m)).not.toMatch(/^200 /m);
  });

  it('idle-timeout: NOOP is answered by 421, and the end', async () => {
    await using server = await createFtpServer();
    await server.inject('idle-timeout');
    using client = new RawClient(server);
    client.send('NOOP');
    expect(await client.ended).toBe('end');
    expect(client.said).toMatch(/\r\n421 Timeout\.\r\n$/);
  });
});
