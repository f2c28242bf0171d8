import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integer, oid, utf8 } from '../../src/testkit/der.ts';
import { type Certificate, type CertificateOptions, createCertificate, ManualClock } from '../../src/testkit/index.ts';

/** What a verifying client makes of a server with this certificate: `trusted`, or the code of the error. */
const shake = async (
  server: { readonly cert: string; readonly key: string },
  root: Certificate,
  name = 'localhost',
) => {
  const listener = createServer(server, (socket) => socket.on('error', () => {}).end()).listen(0, '127.0.0.1');
  listener.on('tlsClientError', () => {});
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const named = /^[\d.]+$/.test(name) ? { host: name } : { host: '127.0.0.1', servername: name };
  const client = connect({ port, ...named, ca: root.cert });
  try {
    return await once(client, 'secureConnect').then(
      () => 'trusted',
      (error: NodeJS.ErrnoException) => error.code,
    );
  } finally {
    client.destroy();
    listener.close();
  }
};

describe('a certificate', () => {
  it.each<[string, CertificateOptions, string, string]>([
    ['is trusted by name', {}, 'localhost', 'trusted'],
    ['is trusted by address', {}, '127.0.0.1', 'trusted'],
    ['is good for the names it has', { altNames: ['ftp.example'] }, 'ftp.example', 'trusted'],
    ['is not good for others', { altNames: ['ftp.example'] }, 'localhost', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['is not good for other addresses', { altNames: ['127.0.0.2'] }, '127.0.0.1', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['expires', { notAfterMs: -60_000 }, 'localhost', 'CERT_HAS_EXPIRED'],
    ['begins', { notBeforeMs: 60_000 }, 'localhost', 'CERT_NOT_YET_VALID'],
  ])('%s: %j for %s gives %s', async (_, options, name, outcome) => {
    const root = await createCertificate({ ca: true, commonName: 'Farm CA' });
    expect(await shake(await createCertificate({ ...options, issuer: root }), root, name)).toBe(outcome);
  });

  it('may be signed by itself', async () => {
    const own = await createCertificate();
    expect(await shake(own, own)).toBe('trusted');
    expect(await shake(own, await createCertificate())).toMatch(/SELF_SIGNED|SIGNATURE/);
  });

  it('may end a chain', async () => {
    const root = await createCertificate({ ca: true, commonName: 'root' });
    const middle = await createCertificate({ ca: true, commonName: 'middle', issuer: root });
    const leaf = await createCertificate({ issuer: middle });
    expect(await shake({ cert: leaf.cert + middle.cert, key: leaf.key }, root)).toBe('trusted');
    expect(await shake(leaf, root)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  it('says what it was told', async () => {
    const clock = new ManualClock(Date.UTC(2049, 11, 31, 12, 0, 0, 500));
    const made = await createCertificate({
      commonName: 'Büro',
      altNames: ['a.example', '10.0.0.1', '2001:db8::a:1', '::'],
      notBeforeMs: 0,
      notAfterMs: 86_400_000,
      clock,
    });
    const read = new X509Certificate(made.cert);
    expect(read).toMatchObject({
      subject: 'CN=Büro',
      issuer: 'CN=Büro',
      validFrom: 'Dec 31 12:00:00 2049 GMT',
      validTo: 'Jan  1 12:00:00 2050 GMT',
      subjectAltName: 'DNS:a.example, IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:0:A:1, IP Address:0:0:0:0:0:0:0:0',
      fingerprint256: made.fingerprint256,
      ca: false,
    });
    expect(made.notAfter).toBe(Date.UTC(2050, 0, 1, 12));
  });

  it('has its own key and number each time', async () => {
    const [one, other] = [await createCertificate(), await createCertificate()];
    expect(one.key).not.toBe(other.key);
    expect(new X509Certificate(one.cert).serialNumber).not.toBe(new X509Certificate(other.cert).serialNumber);
  });
});

describe('DER', () => {
  it.each([
    [integer(0x7f), '02017f'],
    [integer(0x80), '02020080'],
    [oid('1.2.840.10045.4.3.2'), '06082a8648ce3d040302'],
    [utf8('x'.repeat(127)).subarray(0, 3), '0c7f78'],
    [utf8('x'.repeat(128)).subarray(0, 4), '0c818078'],
    [utf8('x'.repeat(256)).subarray(0, 5), '0c82010078'],
  ])('element %# is as X.690 has it', (encoded, hex) => expect(encoded.toString('hex')).toBe(hex));

  it('gives every length in the fewest bytes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 70_000 }), (length) => {
        const [, first = 0, ...rest] = utf8('x'.repeat(length)).subarray(0, 6);
        if (length < 128) return first === length;
        const digits = rest.slice(0, first - 128);
        return digits[0] !== 0 && digits.reduce((value, digit) => value * 256 + digit, 0) === length;
      }),
    );
  });
});
