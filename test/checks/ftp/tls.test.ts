import { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { ftp } from '../../../checks/ftp/index.ts';
import type { FtpOptions } from '../../../checks/ftp/options.ts';
import { runCheck } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { createCertificate, createFtpServer, type FtpTlsOptions } from '../../../src/testkit/index.ts';
import { serve } from './scripted-server.ts';
import { commands, dayMs, files, openAuthority, run, runWith } from './tls-server.ts';
import { until } from './until.ts';

describe('a check over TLS', () => {
  it('asks for TLS, logs in, protects the data connections, and says goodbye', async () => {
    await using authority = await openAuthority();
    const certificate = await authority.issue({ commonName: 'ftp.farm.test' });
    await using server = await createFtpServer({ files, tls: { ...certificate, required: true, requireReuse: true } });
    const outcome = await run(server, { tls: 'explicit', tlsCa: authority.path, file: 'sentinel.txt' });
    expect(outcome).toMatchObject({
      status: 'OK',
      steps: ['connect', 'greeting', 'tls', 'login', 'features', 'data', 'transfer', 'content', 'quit'].map((name) => ({
        name,
      })),
      facts: {
        tlsVersion: 'TLSv1.3',
        tlsCipher: expect.stringMatching(/^TLS_/),
        certificateSubject: 'ftp.farm.test',
        certificateIssuer: 'Farm CA',
        certificateExpires: new Date(certificate.notAfter).toISOString(),
        certificateFingerprint: certificate.fingerprint256,
        dataTlsReused: true,
        size: 3,
      },
    });
    expect(outcome).not.toHaveProperty('facts.dataCertificateFingerprint');
    await server.received('QUIT');
    expect(commands(server)).toEqual([
      'AUTH TLS',
      'USER anonymous',
      'PASS',
      'PBSZ 0',
      'PROT P',
      'FEAT',
      'TYPE I',
      'EPSV',
      'RETR sentinel.txt',
      'QUIT',
    ]);
  });

  it('speaks TLS from the first byte where that is asked for', async () => {
    const outcome = await runWith(
      { tls: { mode: 'implicit', required: true } },
      { tls: 'implicit', file: 'sentinel.txt' },
    );
    expect(outcome).toMatchObject({
      status: 'OK',
      steps: ['connect', 'tls', 'greeting', 'login', 'features', 'data', 'transfer', 'content', 'quit'].map((name) => ({
        name,
      })),
      facts: { dataTlsReused: true },
    });
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'resumes its session in transfer after transfer with %s',
    async (maxVersion) => {
      const outcome = await runWith(
        { tls: { maxVersion, requireReuse: true } },
        { tlsReuse: 'require', file: 'sentinel.txt', transfers: 7 },
      );
      expect(outcome).toMatchObject({
        status: 'OK',
        facts: { tlsVersion: maxVersion, dataTlsReused: true, transfers: 7 },
      });
    },
  );

  it('uploads over TLS', async () => {
    expect(await runWith({ tls: { requireReuse: true } }, { upload: '/' })).toMatchObject({ status: 'OK' });
  });

  it('calls the server by the name of sni, and wants a certificate of that name', async () => {
    const outcome = await runWith({ certificate: { altNames: ['ftp.farm.test'] } }, { sni: 'ftp.farm.test' });
    expect(outcome).toMatchObject({ status: 'OK' });
  });

  it('takes any certificate where none is to be verified', async () => {
    expect(await runWith({ certificate: { notAfterMs: -dayMs } }, { tlsInsecure: true })).toMatchObject({
      status: 'OK',
      facts: { certificateSubject: 'localhost' },
    });
  });

  it('writes it into the transcript', async () => {
    await using authority = await openAuthority();
    await using server = await createFtpServer({ files, tls: await authority.issue() });
    const lines: string[] = [];
    await runCheck(
      {
        checker: ftp,
        target: { host: '127.0.0.1', port: server.port },
        options: { tls: 'explicit', tlsCa: authority.path, file: 'sentinel.txt' },
      },
      { timeoutMs: 9_000, clock: systemClock, transcript: (line) => lines.push(line) },
    );
    expect(lines.map((line) => line.slice(6))).toEqual(
      expect.arrayContaining([
        '> AUTH TLS',
        expect.stringMatching(/^= control connection is TLSv1\.3, TLS_/),
        '> PROT P',
        '= data connection is TLS, on the session of the control connection',
      ]),
    );
  });
});

describe('what is wrong with TLS:', () => {
  it.each<[string, Parameters<typeof runWith>[0], FtpOptions, string, string]>([
    [
      'a version too old',
      { tls: { maxVersion: 'TLSv1.2' } },
      { tlsMinVersion: '1.3' },
      'tls-handshake',
      'no version of TLS in common',
    ],
    ['a greeting in clear', {}, { tls: 'implicit' }, 'tls-handshake', 'what the server says is no TLS'],
    ['a reply in clear behind the 234', { faults: ['tls-injection'] }, {}, 'tls-injection', 'goes on in clear'],
    ['clear text in place of the handshake', { faults: ['tls-garbage'] }, {}, 'tls-injection', 'goes on in clear'],
    ['no TLS for data', { faults: ['prot-refused'] }, {}, 'tls-handshake', 'PROT P refused: 536'],
    ['no reuse', { faults: ['no-reuse'] }, { tlsReuse: 'require', list: true }, 'tls-no-reuse', 'does not resume'],
    [
      'no reuse later on',
      { faults: ['no-reuse-later'] },
      { tlsReuse: 'require', file: 'sentinel.txt', transfers: 5 },
      'tls-no-reuse',
      'transfer 3 of 5: data connection does not resume',
    ],
    [
      'no reuse where the server requires it',
      { tls: { requireReuse: true }, faults: ['no-reuse'] },
      { file: 'sentinel.txt' },
      'tls-no-reuse',
      '522',
    ],
  ])('%s', async (_, server, options, code, summary) => {
    expect(await runWith(server, options)).toMatchObject({
      status: 'CRITICAL',
      code,
      summary: expect.stringContaining(summary),
      remedy: expect.any(String),
    });
  });

  it('none at all', async () => {
    await using server = await createFtpServer();
    expect(await run(server, { tls: 'explicit' })).toMatchObject({
      status: 'CRITICAL',
      code: 'tls-handshake',
      summary: expect.stringMatching(/^AUTH TLS refused: 502/),
    });
  });

  it('clear text in the middle of the session', async () => {
    const { cert, key } = await createCertificate();
    const secureContext = createSecureContext({ cert, key });
    await using server = await serve((socket) => {
      const raw = socket.removeAllListeners('data').pause();
      // Over a stream of its own, so that the socket can be written to past TLS.
      const stream = Duplex.from({ readable: raw, writable: raw });
      const secured = new TLSSocket(stream, { isServer: true, secureContext });
      secured.on('error', () => {});
      secured.write('220 ready\r\n');
      secured.once('data', () => void raw.write('230 welcome\r\n'));
    });
    expect(await run(server, { tls: 'implicit', tlsInsecure: true })).toMatchObject({
      status: 'CRITICAL',
      code: 'tls-injection',
    });
  });

  it('a client certificate that the server wants', async () => {
    const { cert, key } = await createCertificate();
    const secureContext = createSecureContext({ cert, key });
    await using server = await serve((socket) => {
      const secured = new TLSSocket(socket.removeAllListeners('data').pause(), {
        isServer: true,
        secureContext,
        requestCert: true,
        rejectUnauthorized: true,
      });
      secured.on('error', () => {});
      secured.resume();
    });
    expect(await run(server, { tls: 'implicit', tlsInsecure: true })).toMatchObject({
      status: 'CRITICAL',
      code: 'tls-handshake',
      summary: expect.stringMatching(/^TLS broke during greeting: /),
    });
  });

  it('only a fact, where reuse is reported', async () => {
    const options: FtpOptions = { tlsReuse: 'report', file: 'sentinel.txt', transfers: 4 };
    const outcome = await runWith({ faults: ['no-reuse-later'] }, options);
    expect(outcome).toMatchObject({ status: 'OK', facts: { dataTlsReused: false } });
  });

  it('that a check without it meets a server that wants it', async () => {
    await using server = await createFtpServer({ tls: { ...(await createCertificate()), required: true } });
    expect(await run(server, { file: 'sentinel.txt' })).toMatchObject({
      status: 'CRITICAL',
      code: 'tls-required',
      remedy: expect.stringContaining('tls: explicit'),
    });
  });

  it.each<[FtpOptions['tls'], string[]]>([
    ['explicit', ['connect', 'greeting', 'tls']],
    ['implicit', ['connect', 'tls']],
  ])('a handshake that never ends (%s): the deadline does', async (mode, steps) => {
    const clock = new ManualClock();
    await using server = await createFtpServer({ tls: { ...(await createCertificate()), mode } as FtpTlsOptions });
    await server.inject('tls-stall');
    const outcome = run(server, { tls: mode }, clock);
    await (mode === 'explicit' ? server.received('AUTH TLS') : until(() => server.connections === 1));
    await clock.advance(9_000);
    expect(await outcome).toMatchObject({
      status: 'CRITICAL',
      code: 'tls-handshake',
      steps: steps.map((name) => ({ name })),
    });
  });
});
