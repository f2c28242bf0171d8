import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Connection, type ServerConfig } from 'ssh2';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ssh } from '../../../checks/ssh/index.ts';
import { sshOptions } from '../../../checks/ssh/options.ts';
import { type CheckResult, renderPerfdata, runCheck } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { createSshServer, generateSshKeyPair } from '../../../src/testkit/index.ts';

const password = 'hunter2';
const files = { '/sentinel.txt': 'moo', '/empty': '' };
const { private: hostKey } = await generateSshKeyPair();
const userKey = await generateSshKeyPair();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ssh-check-'));
  await writeFile(join(folder, 'password'), `${password}\n`);
  await writeFile(join(folder, 'key'), userKey.private);
  await writeFile(join(folder, 'key.pub'), userKey.public);
  await writeFile(join(folder, 'empty'), '');
});
afterAll(() => rm(folder, { recursive: true }));

const startServer = (options = {}) =>
  createSshServer({ users: { probe: password }, keys: { robot: userKey.public }, files, hostKey, ...options });

type Given = v.InferInput<typeof sshOptions>;

const start = (port: number, given: Given = {}, timeoutMs = 10_000) => {
  const clock = new ManualClock();
  const options = v.parse(sshOptions, {
    user: 'probe',
    ...(given.key === undefined && { password: { file: join(folder, 'password') } }),
    hostKey: ['any'],
    ...given,
  });
  const check = { checker: ssh, target: { host: '127.0.0.1', port }, options };
  return { clock, outcome: runCheck(check, { timeoutMs, clock }) as Promise<CheckResult> };
};

describe('a login', () => {
  it('reads a file by SFTP, and says how long each stage took', async () => {
    await using server = await startServer();
    const { outcome, clock } = start(server.port, {
      hostKey: [server.hostKey.fingerprint],
      file: '/sentinel.txt',
      content: 'oo',
    });
    const { status, summary, metrics, steps, facts } = await outcome;
    expect({ status, summary }).toEqual({ status: 'OK', summary: '3 bytes of /sentinel.txt by SFTP in 0.000s' });
    expect(renderPerfdata(metrics)).toBe(
      'time=0.000000s;;;0.000000;10.000000 connect=0.000000s greeting=0.000000s kex=0.000000s auth=0.000000s ' +
        'subsystem=0.000000s transfer=0.000000s size=3B',
    );
    expect(steps.map(({ name }) => name)).toEqual(['connect', 'greeting', 'kex', 'auth', 'subsystem', 'transfer']);
    expect(facts).toEqual({
      software: 'FarmGuardianTest',
      protocol: '2.0',
      hostKey: server.hostKey.fingerprint,
    });
    expect(clock.timers).toBe(0);
  });

  it.each([
    [{}, 'logged in as probe in 0.000s'],
    [{ sftp: true }, 'SFTP session of probe in 0.000s'],
    [{ file: '/empty' }, '0 bytes of /empty by SFTP in 0.000s'],
    [{ remoteVersion: 'FarmGuardianTest', remoteProtocol: '2.0' }, 'logged in as probe in 0.000s'],
  ])('goes as far as %j asks', async (given, summary) => {
    await using server = await startServer();
    expect(await start(server.port, given).outcome).toMatchObject({ status: 'OK', summary });
  });

  it('may be by key', async () => {
    await using server = await startServer();
    const { outcome } = start(server.port, { user: 'robot', key: join(folder, 'key') });
    expect(await outcome).toMatchObject({ status: 'OK', summary: 'logged in as robot in 0.000s' });
  });

  it('copes with text before the identification', async () => {
    await using server = await startServer();
    await server.inject('prelude');
    expect(await start(server.port).outcome).toMatchObject({ status: 'OK' });
  });

  it('reads a file of many pieces', async () => {
    const large = Buffer.alloc(300_000, 'moo');
    await using server = await startServer({ files: { '/large': large } });
    const { outcome } = start(server.port, { file: '/large', minBytes: 300_000, maxBytes: 300_000 });
    expect(await outcome).toMatchObject({ status: 'OK' });
  });
});

describe('a fault of the server', () => {
  it.each([
    ['wrong-banner', {}, 'CRITICAL', 'banner-mismatch', 'greeting'],
    ['reset', {}, 'CRITICAL', 'reset', undefined],
    ['refuse', {}, 'CRITICAL', 'refused', 'connect'],
    ['throttled', {}, 'WARNING', 'throttled', 'greeting'],
    ['auth-refused', {}, 'CRITICAL', 'auth-failed', 'auth'],
    ['no-subsystem', { sftp: true }, 'CRITICAL', 'subsystem-missing', 'subsystem'],
    ['missing-file', { file: '/sentinel.txt' }, 'CRITICAL', 'file-missing', 'transfer'],
    ['wrong-content', { file: '/sentinel.txt', content: 'moo' }, 'CRITICAL', 'content-mismatch', 'transfer'],
  ] as const)('%s is found: %j, %s %s in %s', async (fault, given, status, code, stage) => {
    await using server = await startServer();
    await server.inject(fault);
    const verdict = await start(server.port, given).outcome;
    expect(verdict).toMatchObject({ status, code, remedy: expect.any(String) });
    if (stage) expect(verdict.steps.at(-1)).toMatchObject({ name: stage, code });
  });

  it.each(['silence', 'half-banner'] as const)('%s is found at the deadline', async (fault) => {
    await using server = await startServer();
    await server.inject(fault);
    const { outcome, clock } = start(server.port, {}, 3_000);
    await vi.waitUntil(() => server.connections > 0);
    await clock.advance(3_000);
    expect(await outcome).toMatchObject({
      code: 'timeout',
      line: 'CRITICAL - Socket timeout after 3 seconds',
    });
    expect(clock.timers).toBe(0);
  });

  it.each([
    [
      { remoteVersion: 'OpenSSH_9' },
      'banner-mismatch',
      "FarmGuardianTest (protocol 2.0) version mismatch, expected 'OpenSSH_9'",
    ],
    [{ file: '/sentinel.txt', minBytes: 4 }, 'size-mismatch', '3 bytes of /sentinel.txt, expected at least 4'],
    [{ file: '/sentinel.txt', maxBytes: 2 }, 'size-mismatch', '/sentinel.txt has more than 2 bytes'],
    [{ file: '/', maxBytes: 2 }, 'file-missing', /^\//],
  ])('is what the options say: %j', async (given, code, summary) => {
    await using server = await startServer();
    expect(await start(server.port, given).outcome).toMatchObject({
      status: 'CRITICAL',
      code,
      summary: typeof summary === 'string' ? summary : expect.stringMatching(summary),
    });
  });

  it('in the host key ends the check before the password is sent', async () => {
    await using server = await startServer();
    const { outcome } = start(server.port, { hostKey: [`SHA256:${'A'.repeat(43)}`] });
    expect(await outcome).toMatchObject({
      status: 'CRITICAL',
      code: 'host-key',
      summary: `the host key is ${server.hostKey.fingerprint}, which is not the expected one`,
      facts: { hostKey: server.hostKey.fingerprint },
    });
    expect(server.dialogue.join()).not.toContain('probe');
  });
});

describe('a local fault', () => {
  it.each([
    [{ password: { file: '/nowhere' } }, 'cannot read /nowhere: ENOENT'],
    [{ password: { file: '/dev/null' } }, '/dev/null is not a regular file'],
    [{ password: { env: 'NO_SUCH_PASSWORD' } }, 'environment variable NO_SUCH_PASSWORD is not set'],
    [{ key: 'FOLDER/key.pub' }, 'cannot use FOLDER/key.pub: it holds no private key'],
    [{ key: 'FOLDER/password' }, 'cannot use FOLDER/password: Unsupported key format'],
    [{ key: 'FOLDER/empty' }, 'FOLDER/empty is empty'],
  ])('is UNKNOWN: %j', async (given: Given, summary) => {
    await using server = await startServer();
    const here = (text: string) => text.replace('FOLDER', folder);
    const verdict = await start(server.port, { ...given, ...(given.key && { key: here(given.key) }) }).outcome;
    expect(verdict).toMatchObject({ status: 'UNKNOWN', code: 'local-fault', summary: here(summary) });
    expect(server.connections).toBe(0);
  });
});

describe('a hostile server', () => {
  /** A server of ssh2 that lets anybody in. */
  const listen = async (config: Partial<ServerConfig>, serve: (client: Connection) => void) => {
    const server = new ssh2.Server({ hostKeys: [hostKey], ...config }, (client) => {
      client.on('authentication', (attempt) => attempt.accept()).on('error', () => {});
      serve(client);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      port: (server.address() as AddressInfo).port,
      [Symbol.asyncDispose]: async () => {
        server.close();
      },
    };
  };

  it('without an algorithm in common is CRITICAL', async () => {
    await using server = await listen({ algorithms: { kex: ['diffie-hellman-group1-sha1'] } }, () => {});
    expect(await start(server.port).outcome).toMatchObject({ status: 'CRITICAL', code: 'no-common-algorithm' });
  });

  it('cannot make us show the password', async () => {
    await using server = await listen({}, (client) => {
      client.on('session', (accept) => {
        accept().on('sftp', (acceptSftp) => {
          const sftp = acceptSftp();
          sftp.on('REALPATH', (id) => sftp.status(id, 4, `you said ${password}`));
        });
      });
    });
    const verdict = await start(server.port, { sftp: true }).outcome;
    expect(verdict).toMatchObject({ code: 'subsystem-missing', summary: 'no SFTP session: you said ***' });
    expect(JSON.stringify(verdict)).not.toContain(password);
  });

  it('that sends a file without end is stopped', async () => {
    await using server = await listen({}, (client) => {
      client.on('session', (accept) => {
        accept().on('sftp', (acceptSftp) => {
          const sftp = acceptSftp();
          sftp
            .on('REALPATH', (id) => sftp.name(id, [{ filename: '/', longname: '/', attrs: {} as never }]))
            .on('STAT', (id) => sftp.attrs(id, { size: 3, mode: 0o100644, uid: 0, gid: 0, atime: 0, mtime: 0 }))
            .on('OPEN', (id) => sftp.handle(id, Buffer.from('h')))
            .on('READ', (id, _handle, _offset, length) => sftp.data(id, Buffer.alloc(length)));
        });
      });
    });
    const { outcome } = start(server.port, { file: '/endless', maxBytes: 100_000 });
    expect(await outcome).toMatchObject({ code: 'size-mismatch', summary: '/endless has more than 100000 bytes' });
  });

  it('that hangs up in the middle is CRITICAL', async () => {
    await using server = await listen({}, (client) => client.on('session', () => client.end()));
    const verdict = await start(server.port, { sftp: true }).outcome;
    expect(verdict).toMatchObject({ status: 'CRITICAL', code: 'reset' });
  });

  it('that falls silent after the login is CRITICAL at the deadline, with the stage', async () => {
    let asked = () => {};
    const session = new Promise<void>((resolve) => {
      asked = resolve;
    });
    await using server = await listen({}, (client) => client.on('session', () => asked()));
    const { outcome, clock } = start(server.port, { sftp: true }, 3_000);
    await session;
    await clock.advance(3_000);
    expect(await outcome).toMatchObject({ code: 'timeout', summary: 'subsystem not done within 3 s' });
  });
});
