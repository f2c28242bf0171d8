import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FtpOptions } from '../../../checks/ftp/options.ts';
import { type CertificateOptions, createCertificate, createFtpServer } from '../../../src/testkit/index.ts';
import { dayMs, openAuthority, run, runWith } from './tls-server.ts';

describe('what is wrong with the certificate:', () => {
  it.each<[CertificateOptions, FtpOptions, string]>([
    [{ notAfterMs: -dayMs }, {}, 'certificate "localhost" of the control connection expired on '],
    [{ notBeforeMs: dayMs }, {}, 'certificate "localhost" of the control connection is not valid yet'],
    [
      { altNames: ['ftp.farm.test', '10.2.0.11'] },
      {},
      'certificate "localhost" of the control connection is not for 127.0.0.1 but for DNS:ftp.farm.test, IP Address:10.2.0.11',
    ],
    [
      {},
      { sni: 'ftp.farm.test' },
      'certificate "localhost" of the control connection is not for ftp.farm.test but for DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    ],
    [
      { commonName: 'evil|\u001b[31m\n' },
      { sni: 'ftp.farm.test' },
      'certificate "evil  [31m " of the control connection is not for ftp.farm.test',
    ],
  ])('%j, %j: %s', async (certificate, options, summary) => {
    expect(await runWith({ certificate }, options)).toMatchObject({
      status: 'CRITICAL',
      code: 'tls-verify',
      summary: expect.stringContaining(summary),
      steps: [{ name: 'connect' }, { name: 'greeting' }, { name: 'tls', code: 'tls-verify' }],
    });
  });

  it.each([
    ['Other CA', 'comes from an unknown issuer, "Other CA"'],
    ['Farm CA', 'is not signed by the "Farm CA" that is trusted'],
  ])('an issuer that is not trusted, %s', async (commonName, summary) => {
    await using authority = await openAuthority();
    const issuer = await createCertificate({ commonName, ca: true });
    await using server = await createFtpServer({ tls: await createCertificate({ issuer }) });
    expect(await run(server, { tls: 'explicit', tlsCa: authority.path })).toMatchObject({
      code: 'tls-verify',
      summary: `certificate "localhost" of the control connection ${summary}`,
    });
    expect(server.dialogue).toEqual(['AUTH TLS']);
  });

  it('itself as its issuer', async () => {
    await using server = await createFtpServer({ tls: await createCertificate() });
    expect(await run(server, { tls: 'explicit' })).toMatchObject({
      code: 'tls-verify',
      summary: expect.stringContaining('is self-signed'),
    });
  });

  it('another one on data connections', async () => {
    const data = await createCertificate({ commonName: 'other' });
    const outcome = await runWith({ tls: { data } }, { file: 'sentinel.txt' });
    expect(outcome).toMatchObject({
      status: 'CRITICAL',
      code: 'tls-verify',
      summary: 'certificate "other" of the data connection is self-signed',
    });
  });
});

describe('an expiry that is near', () => {
  it.each<[number, string, string, string]>([
    [10.5, '9', 'OK', 'logged in as anonymous'],
    [10.5, '10', 'WARNING', 'certificate "localhost" of the control connection expires in 10 days ('],
    [1.5, '10', 'WARNING', 'certificate "localhost" of the control connection expires in 1 day ('],
    [10.5, '30,10', 'CRITICAL', 'certificate "localhost" of the control connection expires in 10 days ('],
    [0.5, '0', 'CRITICAL', 'certificate "localhost" of the control connection expires in less than a day ('],
    [-0.5, '30', 'CRITICAL', 'certificate "localhost" of the control connection expired ('],
  ])('in %d days, with certificate %s, is %s', async (days, certificate, status, summary) => {
    const outcome = await runWith({ certificate: { notAfterMs: days * dayMs } }, { tlsInsecure: true, certificate });
    expect(outcome).toMatchObject({
      status,
      code: status === 'OK' ? 'ok' : 'tls-expiring',
      summary: expect.stringContaining(summary),
    });
  });

  it('is looked for on data connections, too', async () => {
    const options: FtpOptions = { tlsInsecure: true, certificate: '30', file: 'sentinel.txt' };
    expect(await runWith({ faults: ['tls-expired-data'] }, options)).toMatchObject({
      status: 'CRITICAL',
      code: 'tls-expiring',
      summary: expect.stringMatching(/^certificate "localhost" of the data connection expired \(20/),
      facts: { dataCertificateFingerprint: expect.stringMatching(/^[0-9A-F:]{95}$/) },
    });
  });

  it('is no more than a warning, which does not hide what is worse', async () => {
    const certificate = { notAfterMs: 10.5 * dayMs };
    const options: FtpOptions = { tlsInsecure: true, certificate: '30', file: 'nowhere.txt' };
    expect(await runWith({ certificate }, options)).toMatchObject({ status: 'CRITICAL', code: 'file-missing' });
    expect(await runWith({ certificate }, { ...options, file: 'sentinel.txt' })).toMatchObject({
      status: 'WARNING',
      code: 'tls-expiring',
      summary: expect.stringMatching(/^certificate .* expires in 10 days \(.*\); 3 bytes of sentinel\.txt in /),
      facts: { size: 3 },
      steps: expect.arrayContaining([expect.objectContaining({ name: 'tls', code: 'tls-expiring' })]),
      metrics: expect.arrayContaining([expect.objectContaining({ label: 'time' })]),
    });
  });
});

describe('what tlsCa names', () => {
  it.each<[string, string | undefined, string]>([
    ['a file that is missing', undefined, 'cannot read'],
    ['a file without a certificate', 'hello', 'holds no certificate'],
    [
      'a broken certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      'holds a broken certificate',
    ],
    ['a file that is too large', 'x'.repeat(1024 * 1024 + 1), 'is larger than'],
  ])('%s is no fault of the server', async (_, content, summary) => {
    const folder = await mkdtemp(join(tmpdir(), 'ca-'));
    const path = join(folder, 'ca.pem');
    if (content !== undefined) await writeFile(path, content);
    await using server = await createFtpServer();
    const outcome = await run(server, { tls: 'explicit', tlsCa: path });
    await rm(folder, { recursive: true });
    expect(outcome).toMatchObject({
      status: 'UNKNOWN',
      code: 'local-fault',
      summary: expect.stringContaining(summary),
    });
    expect(server.connections).toBe(0);
  });

  it('a folder is none either', async () => {
    await using server = await createFtpServer();
    expect(await run(server, { tls: 'explicit', tlsCa: tmpdir() })).toMatchObject({
      code: 'local-fault',
      summary: expect.stringContaining('is not a regular file'),
    });
  });
});
