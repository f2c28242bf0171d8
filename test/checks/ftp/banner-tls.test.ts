import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { ftp } from '../../../checks/ftp/index.ts';
import { runCheck } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { type CertificateOptions, createCertificate } from '../../../src/testkit/index.ts';
import { runCommand } from '../../plugin/run-command.ts';
import { masked, ok, unexpected } from './banner-line.ts';
import { type ScriptedServer, serve } from './scripted-server.ts';
import { until } from './until.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface TlsServer extends AsyncDisposable {
  readonly port: number;
  /** Everything the clients said over TLS. */
  readonly heard: string;
  /** The names that were asked for; `false` for none. */
  readonly names: readonly (string | false)[];
}

/** Starts a server that speaks TLS from the first byte, says one thing or hangs up, and keeps what it hears. */
const serveTls = async (certificate: CertificateOptions = {}, say = '220 Farm FTPS ready\r\n'): Promise<TlsServer> => {
  const names: (string | false)[] = [];
  let heard = '';
  const contextOf = async (options: CertificateOptions): Promise<SecureContext> =>
    createSecureContext(await createCertificate({ commonName: 'farm.test', ...options }));
  const secureContext = await contextOf(certificate);
  const named = await contextOf({ commonName: 'sni.farm.test' });
  const server: ScriptedServer = await serve((socket: Socket) => {
    socket.removeAllListeners('data');
    const secured = new TLSSocket(socket, {
      isServer: true,
      secureContext,
      SNICallback: (_, done) => done(null, named),
    });
    secured.on('error', () => {});
    secured.once('secure', () => {
      names.push((secured as TLSSocket & { readonly servername: string | false }).servername);
      if (say === '') secured.end();
      else secured.write(say);
    });
    secured.on('data', (bytes) => {
      heard += bytes;
    });
  });
  return {
    port: server.port,
    get heard() {
      return heard;
    },
    names,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
};

const date = /[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} [+-]\d{4}/;

const check = async (server: { readonly port: number }, ...argv: string[]): Promise<string> => {
  const { exitCode, stdout } = await runCommand(ftp, ['-H', '127.0.0.1', '-p', String(server.port), ...argv]);
  return `${exitCode} ${masked(stdout, server.port).replace(date, 'DATE')}`;
};

const ready = ok('220 Farm FTPS ready');
const good = "OK - Certificate 'farm.test' will expire on DATE.\n";

describe('check_ftp over TLS, as the original has it,', () => {
  it.each(['-S', '--ssl'])('looks at the greeting with %s and verifies nothing', async (flag) => {
    await using server = await serveTls({ notAfterMs: -dayMs });
    expect(await check(server, flag)).toBe(ready);
    expect(server.names).toEqual([false]);
  });

  it('says goodbye over TLS', async () => {
    await using server = await serveTls();
    await check(server, '-S', '-q', 'BYE');
    await until(() => server.heard === 'BYE\r\n');
  });

  it('asks for the name of --sni, which implies -S', async () => {
    await using server = await serveTls();
    const certificate = "0 OK - Certificate 'sni.farm.test' will expire on DATE.\n";
    expect(await check(server, '--sni', 'sni.farm.test', '-D', '30')).toBe(`${certificate}${ready.slice(2)}`);
    expect(server.names).toEqual(['sni.farm.test']);
  });

  it.each<[number, string, string]>([
    [400 * dayMs, '30', `0 ${good}${ready.slice(2)}`],
    [400 * dayMs, '30,20', `0 ${good}${ready.slice(2)}`],
    [400 * dayMs, ' 30 ', `0 ${good}${ready.slice(2)}`],
    [400 * dayMs + hourMs, '500', "1 WARNING - Certificate 'farm.test' expires in 400 day(s) (DATE).\n"],
    [9.9 * dayMs, '30', "1 WARNING - Certificate 'farm.test' expires in 9 day(s) (DATE).\n"],
    [9.9 * dayMs, '9,9', "2 CRITICAL - Certificate 'farm.test' expires in 9 day(s) (DATE).\n"],
    [9.9 * dayMs, '30,9', "2 CRITICAL - Certificate 'farm.test' expires in 9 day(s) (DATE).\n"],
    [9.9 * dayMs, '8,20', `0 ${good}${ready.slice(2)}`],
    [5.5 * hourMs, '0', "2 CRITICAL - Certificate 'farm.test' expires in 5 hours (DATE)\n"],
    [0.515 * hourMs, '0', "2 CRITICAL - Certificate 'farm.test' expires in 30 minutes (DATE)\n"],
    [-dayMs, '1', "2 CRITICAL - Certificate 'farm.test' expired on DATE.\n"],
  ])('%d ms before the expiry, says of -D %s: %s', async (notAfterMs, days, output) => {
    await using server = await serveTls({ notAfterMs });
    expect(await check(server, '-D', days)).toBe(output);
  });

  it('tells it with -v when it has it, as check_tcp does', async () => {
    await using server = await serveTls();
    expect(await check(server, '-D', '30', '-v', '-j')).toMatch(
      /^0 Using service FTP\nPort: PORT\nflags: 0x13\nOK - Certificate [^\n]*\nQuit string: .*\n#-raw-recv-------#\nFTP OK - /s,
    );
  });

  it('goes on to the greeting behind a good certificate, whatever that is', async () => {
    await using server = await serveTls({}, '421 closed\r\n');
    expect(await check(server, '-D', '30')).toBe(`1 ${good}${unexpected(': 421 closed').slice(2)}`);
  });

  it('cannot make a TLS connection to a server that has none', async () => {
    await using server = await serve((socket) => void socket.write('220 ready\r\n'));
    expect(await check(server, '-S')).toBe('2 CRITICAL - Cannot make SSL connection.\n');
    expect(await check(server, '-S', '--reason-code')).toBe(
      '2 CRITICAL - Cannot make SSL connection. [tls-handshake]\n',
    );
  });

  it('cannot make one to a server that hangs up', async () => {
    await using server = await serve((socket) => void socket.once('data', () => socket.end()));
    expect(await check(server, '-S')).toBe('2 CRITICAL - Cannot make SSL connection.\n');
  });

  it('reports no data behind a certificate', async () => {
    await using server = await serveTls({}, '');
    expect(await check(server, '-D', '30')).toBe(`2 ${good}No data received from host\n`);
  });

  it('ends with a handshake that does not', async () => {
    const clock = new ManualClock();
    await using server = await serve(() => {});
    const outcome = runCheck(
      { checker: ftp, target: { host: '127.0.0.1', port: server.port }, options: { ssl: true } },
      { timeoutMs: 10_000, clock },
    );
    await until(() => server.received !== '');
    await clock.advance(10_000);
    expect(await outcome).toMatchObject({
      status: 'CRITICAL',
      code: 'tls-handshake',
      line: 'CRITICAL - Socket timeout after 10 seconds',
    });
  });

  it.each([
    ['abc', 'abc'],
    ['-1', '-1'],
    ['30,', ''],
    ['30,x', 'x'],
    ['1,2,3', '2,3'],
    ['', ''],
  ])('refuses -D "%s"', async (days, named) => {
    const { exitCode, stdout } = await runCommand(ftp, ['-H', '127.0.0.1', '-D', days]);
    expect(exitCode).toBe(3);
    expect(stdout).toContain(`check_ftp: Invalid certificate expiration period - ${named}\nUsage:\n`);
  });
});
