import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { ftp } from '../../../checks/ftp/index.ts';
import type { FtpOptions } from '../../../checks/ftp/options.ts';
import { runCheck } from '../../../src/checker/index.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { createCertificate, createFtpServer, type FtpTlsOptions } from '../../../src/testkit/index.ts';
import { serve } from './scripted-server.ts';

const alert = 21;

/** The types of the TLS records in what a client has sent, clear text before them skipped (RFC 5246, 6.2.1). */
const recordTypes = (sent: Buffer): readonly number[] => {
  const types: number[] = [];
  const begin = sent.indexOf(Buffer.of(22, 3));
  for (let at = begin; at >= 0 && at + 5 <= sent.length; at += 5 + sent.readUInt16BE(at + 3)) types.push(sent[at] ?? 0);
  return types;
};

/** Stands between client and server, and keeps what the client sends. */
const tap = async (port: number) => {
  const pieces: Buffer[] = [];
  const server = await serve((client: Socket) => {
    const upstream = connect(port, '127.0.0.1');
    upstream.on('error', () => {});
    // Not piped: a pipe pauses the client once the server has gone, before its last words.
    client.on('data', (piece: Buffer) => {
      pieces.push(piece);
      upstream.write(piece);
    });
    upstream.on('data', (piece) => client.write(piece)).on('end', () => client.end());
  });
  return { server, sent: () => Buffer.concat(pieces) };
};

it.each<[FtpTlsOptions['mode'] & string, FtpOptions]>([
  ['explicit', { tls: 'explicit', tlsInsecure: true, list: true }],
  ['implicit', { tls: 'implicit', tlsInsecure: true, list: true }],
  ['implicit', { ssl: true }],
])('a check over TLS (%s) closes it as TLS wants it: %j', async (mode, options) => {
  // Up to TLS 1.2 the types of records are to be seen from outside.
  await using server = await createFtpServer({
    tls: { ...(await createCertificate()), mode, maxVersion: 'TLSv1.2' },
  });
  const { server: tapped, sent } = await tap(server.port);
  await using relay = tapped;
  const gone = relay.gone();
  const outcome = await runCheck(
    { checker: ftp, target: { host: '127.0.0.1', port: relay.port }, options },
    { timeoutMs: 9_000, clock: systemClock },
  );
  expect(outcome).toMatchObject({ status: 'OK' });
  await server.received('QUIT');
  await gone;
  expect(recordTypes(sent()).at(-1)).toBe(alert);
  expect(recordTypes(sent()).slice(0, -1)).not.toContain(alert);
});
