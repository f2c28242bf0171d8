import type { TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Certificate,
  createCertificate,
  createFtpServer,
  type FtpFault,
  type FtpServerOptions,
  type FtpTlsOptions,
} from '../../src/testkit/index.ts';
import { downloadSecurely, files, logIn, logInByHand, logInSecurely, openData, secure, users } from './ftp-clients.ts';
import { RawClient } from './raw-client.ts';

let root: Certificate;
let own: Certificate;
beforeAll(async () => {
  root = await createCertificate({ ca: true, commonName: 'root' });
  own = await createCertificate({ issuer: root });
});

const farm = (tls: Partial<FtpTlsOptions> = {}): FtpServerOptions => ({ users, files, tls: { ...own, ...tls } });

/** The session of a control connection, for its data connections. */
const sessionOf = (client: RawClient): Buffer | undefined => (client.socket as TLSSocket).getSession();

describe('an FTP server with TLS', () => {
  it.each<[string, Partial<FtpTlsOptions>]>([
    ['explicit', {}],
    ['implicit', { mode: 'implicit' }],
    ['explicit TLS 1.2', { maxVersion: 'TLSv1.2' }],
    ['explicit, required, with reuse', { required: true, requireReuse: true }],
    ['TLS 1.2 with reuse', { maxVersion: 'TLSv1.2', requireReuse: true }],
    ['implicit with reuse', { mode: 'implicit', required: true, requireReuse: true }],
  ])('serves a common client: %s', async (_, tls) => {
    await using session = await logIn(farm(tls), {
      secure: tls.mode === 'implicit' ? 'implicit' : true,
      secureOptions: { ca: root.cert },
    });
    for (let transfer = 0; transfer < 5; transfer++) expect(String(await session.fetch('sentinel.txt'))).toBe('OK\n');
    await session.store('new.txt', 'x'.repeat(100_000));
    expect(String(await session.fetch('new.txt'))).toHaveLength(100_000);
    expect((session.client.ftp.socket as TLSSocket).getProtocol()).toBe(tls.maxVersion ?? 'TLSv1.3');
    expect(session.server.dialogue).toContain('PASS ***');
  });

  it('names what it can', async () => {
    await using server = await createFtpServer(farm());
    using client = await logInByHand(server);
    client.send('FEAT');
    expect(await client.says(/^211 End/m)).toContain(' AUTH TLS\r\n PBSZ\r\n PROT\r\n');
  });

  it.each([
    ['AUTH KERBEROS', '504'],
    ['PBSZ 0', '503'],
    ['PROT P', '503'],
  ])('answers %s in clear with %s', async (command, code) => {
    await using server = await createFtpServer(farm());
    using client = await logInByHand(server);
    client.send(`${command}\r\nQUIT`);
    expect(await client.says(/^221 /m)).toMatch(new RegExp(`^${code} `, 'm'));
  });

  it.each([
    ['AUTH TLS', '503'],
    ['PROT S', '536'],
  ])('answers %s over TLS with %s', async (command, code) => {
    await using server = await createFtpServer(farm());
    using client = await logInSecurely(server);
    client.send(`${command}\r\nQUIT`);
    expect(await client.says(/^221 /m)).toMatch(new RegExp(`^${code} `, 'm'));
    expect(await client.ended).toBe('end');
  });

  it('transfers in clear after PROT C', async () => {
    await using server = await createFtpServer(farm());
    using client = await logInSecurely(server);
    client.send('PROT C\r\nEPSV');
    await client.says(/^229 .*\r\n/m);
    using data = openData(client);
    client.send('RETR sentinel.txt');
    await Promise.all([client.says(/^226 /m), data.ended]);
    expect(data.said).toBe('OK\n');
  });

  it('required: no login and no transfer in clear', async () => {
    await using server = await createFtpServer(farm({ required: true }));
    using plain = new RawClient(server);
    plain.send('USER probe\r\nPASS s3cret');
    await plain.says(/^530 .*encryption\.\r\n503 /m);
    using client = await logInSecurely(server);
    client.send('PROT C\r\nEPSV\r\nRETR sentinel.txt');
    await client.says(/^522 /m);
  });

  it('forgets what was said in clear with AUTH TLS', async () => {
    await using server = await createFtpServer(farm());
    using plain = new RawClient(server);
    plain.send('AUTH TLS\r\nUSER probe');
    await plain.says(/^234 .*\r\n/m);
    using client = await secure(plain);
    client.send('PASS s3cret');
    await client.says(/^503 /);
  });

  it('shows another certificate on data connections when it has one', async () => {
    const data = await createCertificate({ issuer: root, commonName: 'data' });
    await using server = await createFtpServer(farm({ data }));
    using client = await logInSecurely(server);
    const seen = await downloadSecurely(client, sessionOf(client));
    expect(seen).toMatchObject({ said: 'OK\n', reused: false, certificate: { subject: { CN: 'data' } } });
  });
});

describe('an FTP server with faulty TLS', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('no-reuse: a session is never resumed, in %s', async (maxVersion) => {
    await using server = await createFtpServer(farm({ maxVersion }));
    using client = await logInSecurely(server);
    expect(await downloadSecurely(client, sessionOf(client))).toMatchObject({ said: 'OK\n', reused: true });
    await server.inject('no-reuse');
    expect(await downloadSecurely(client, sessionOf(client))).toMatchObject({ said: 'OK\n', reused: false });
    await server.heal();
    expect(await downloadSecurely(client, sessionOf(client))).toMatchObject({ said: 'OK\n', reused: true });
  });

  it('no-reuse-later: only the first two data connections resume', async () => {
    await using server = await createFtpServer(farm());
    await server.inject('no-reuse-later');
    using client = await logInSecurely(server);
    const reused: boolean[] = [];
    for (let transfer = 0; transfer < 4; transfer++)
      reused.push((await downloadSecurely(client, sessionOf(client))).reused);
    expect(reused).toEqual([true, true, false, false]);
  });

  it('with reuse required, a data connection that resumes nothing gets 522', async () => {
    await using server = await createFtpServer(farm({ requireReuse: true }));
    using client = await logInSecurely(server);
    expect(await downloadSecurely(client)).toMatchObject({ said: '', reply: expect.stringMatching(/^522 .*reuse/) });
    expect(await downloadSecurely(client, sessionOf(client))).toMatchObject({ said: 'OK\n' });
  });

  it('a data connection that is no TLS gets 522', async () => {
    await using server = await createFtpServer(farm());
    using client = await logInSecurely(server);
    client.send('EPSV');
    await client.says(/^229 .*\r\n/m);
    using data = openData(client);
    data.send('this is no handshake');
    client.send('RETR sentinel.txt');
    await client.says(/^150 .*\r\n522 /m);
  });

  it('tls-expired-data: another certificate on data connections, which has expired', async () => {
    await using server = await createFtpServer(farm());
    await server.inject('tls-expired-data');
    using client = await logInSecurely(server);
    const { certificate, said } = await downloadSecurely(client, sessionOf(client));
    expect(said).toBe('OK\n');
    expect(certificate.fingerprint256).not.toBe(own.fingerprint256);
    expect(Date.parse(certificate.valid_to)).toBeLessThan(Date.parse(certificate.valid_from) + 86_400_000);
  });

  it('prot-refused: data cannot be protected', async () => {
    await using server = await createFtpServer(farm());
    await server.inject('prot-refused');
    using client = await logInSecurely(server);
    client.send('PROT C');
    expect(await client.says(/^200 PROT/m)).toMatch(/^536 /m);
  });

  it('tls-stall: the handshake is never answered', async () => {
    await using server = await createFtpServer(farm());
    await server.inject('tls-stall');
    using client = new RawClient(server);
    client.send('AUTH TLS');
    const { length } = await client.says(/^234 .*\r\n/m);
    client.socket.write(Buffer.from('160301', 'hex'));
    client.socket.end();
    await client.ended;
    expect(client.said).toHaveLength(length);
  });

  it('data-tls-stall: a transfer begins, its handshake is never answered', async () => {
    await using server = await createFtpServer(farm());
    await server.inject('data-tls-stall');
    using client = await logInSecurely(server);
    client.send('EPSV');
    await client.says(/^229 .*\r\n/m);
    using data = openData(client);
    client.send('RETR sentinel.txt');
    await client.says(/^150 .*\r\n$/m);
    data.socket.write(Buffer.from('160301', 'hex'));
    data.socket.end();
    expect(await data.ended).toBe('end');
    expect(data.said).toBe('');
    await client.says(/^522 /m);
  });

  it('tls-garbage: the handshake is answered by something else', async () => {
    await using server = await createFtpServer(farm());
    await server.inject('tls-garbage');
    using client = new RawClient(server);
    client.send('AUTH TLS');
    await client.says(/^234 .*\r\n/m);
    await expect(secure(client)).rejects.toThrow(/wrong version number|packet length/i);
  });

  it.each<[FtpFault, RegExp]>([
    ['tls-stall', /^$/],
    ['tls-garbage', /^HTTP/],
  ])('%s: with implicit TLS too', async (fault, answer) => {
    await using server = await createFtpServer(farm({ mode: 'implicit' }));
    await server.inject(fault);
    using client = new RawClient(server);
    client.send('hello');
    client.socket.end();
    await client.ended;
    expect(client.said).toMatch(answer);
  });

  it('tls-injection: a 230 in clear, in the packet of the 234, and TLS after it', async () => {
    await using server = await createFtpServer(farm());
    await server.inject('tls-injection');
    using client = new RawClient(server);
    client.send('AUTH TLS');
    const said = await client.says(/^234 .*\r\n/m);
    expect(said).toMatch(/\r\n234 Proceed\.\r\n230 Login successful\.\r\n$/);
    using secured = await secure(client);
    secured.send('NOOP');
    await secured.says(/^200 /);
  });
});
