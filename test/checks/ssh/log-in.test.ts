import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type RunOptions, renderPerfdata } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { generateSshKeyPair } from '../../../src/testkit/index.ts';
import { itInFolder } from '../../temporary-folder.ts';
import { brief, type Given, login, run, startServer, userKey } from './deep-run.ts';

const still = (): Partial<RunOptions> => ({ clock: new ManualClock() });

describe('a login', () => {
  it('reads a file by SFTP, and says how long each stage took', async () => {
    await using server = await startServer();
    const clock = new ManualClock();
    const hostKey = [server.hostKey.fingerprint];
    const given: Given = { ...login, hostKey, file: '/sentinel.txt', content: 'oo' };
    const { status, summary, metrics, steps, facts } = await run(server, given, { clock });
    expect({ status, summary }).toEqual({ status: 'OK', summary: '4 bytes of /sentinel.txt by SFTP in 0.000s' });
    expect(renderPerfdata(metrics)).toBe(
      'time=0.000000s;;;0.000000;5.000000 connect=0.000000s greeting=0.000000s kex=0.000000s auth=0.000000s ' +
        'channel=0.000000s subsystem=0.000000s transfer=0.000000s size=4B',
    );
    const stages = ['connect', 'greeting', 'kex', 'auth', 'channel', 'subsystem', 'transfer'];
    expect(steps.map(({ name }) => name)).toEqual(stages);
    expect(facts).toMatchObject({
      software: 'FarmGuardianTest',
      protocol: '2.0',
      hostKey: server.hostKey.fingerprint,
      hostKeyType: 'ssh-ed25519',
      size: 4,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(clock.timers).toBe(0);
  });

  it.each<[Given, string]>([
    [{}, 'logged in as probe in 0.000s, with whatever host key it has'],
    [{ sftp: true }, 'SFTP session of probe in 0.000s, with whatever host key it has'],
    [{ file: '/empty' }, '0 bytes of /empty by SFTP in 0.000s, with whatever host key it has'],
    [
      { remoteVersion: 'FarmGuardianTest', remoteProtocol: '2.0' },
      'logged in as probe in 0.000s, with whatever host key it has',
    ],
  ])('goes as far as %j asks, and says aloud that any host key would do', async (given, summary) => {
    await using server = await startServer();
    expect(await run(server, { ...login, ...given }, still())).toMatchObject({ status: 'OK', summary });
  });

  it('may be by password where only keyboard-interactive is taken', async () => {
    await using server = await startServer({ methods: ['keyboard-interactive'] });
    expect(await run(server, login)).toMatchObject({ status: 'OK' });
    expect(server.dialogue).toEqual([
      expect.stringMatching(/^SSH-2\.0-check_ssh_/),
      'auth password probe',
      'auth keyboard-interactive probe',
    ]);
  });

  itInFolder.for([{}, { type: 'ecdsa' }, { type: 'rsa' }, { passphrase: 'open sesame' }] as const)(
    'may be by key: %j',
    async (kind, { folder }) => {
      const pair = await generateSshKeyPair(kind);
      await writeFile(`${folder}/key`, pair.private);
      await writeFile(`${folder}/passphrase`, 'open sesame\n');
      await using server = await startServer({ keys: { robot: pair.public } });
      const given = { user: 'robot', key: `${folder}/key`, hostKey: [server.hostKey.fingerprint] };
      const passphrase = 'passphrase' in kind && { keyPassphrase: { file: `${folder}/passphrase` } };
      const summary = 'logged in as robot in 0.000s';
      expect(await run(server, { ...given, ...passphrase }, still())).toMatchObject({ status: 'OK', summary });
    },
  );

  it('reads a file of many pieces', async () => {
    const large = Buffer.alloc(300_000, 'moo');
    await using server = await startServer({ files: { '/large': large } });
    const given = { ...login, file: '/large', minBytes: 300_000, maxBytes: 300_000 };
    expect(await run(server, given)).toMatchObject({ status: 'OK' });
  });

  it('is refused where the host key is not the expected one, before anything of it is sent', async () => {
    await using server = await startServer();
    const verdict = await run(server, { ...login, hostKey: [`SHA256:${'A'.repeat(43)}`] });
    expect(verdict).toMatchObject({
      status: 'CRITICAL',
      code: 'host-key',
      summary: `the host key is ${server.hostKey.fingerprint}, which is not the expected one`,
      facts: { hostKey: server.hostKey.fingerprint },
    });
    expect(server.dialogue.join()).not.toContain('probe');
  });

  it('says which methods the server takes when it is refused', async () => {
    await using server = await startServer({ methods: ['publickey'] });
    expect(await run(server, login)).toMatchObject({
      code: 'auth-failed',
      summary: 'the login was refused (the server takes: publickey)',
    });
  });

  it.each<[Given, string]>([
    [{ warning: '@0:9' }, 'WARNING slow'],
    [{ critical: '@0:9', warning: '@0:9' }, 'CRITICAL slow'],
    [{ critical: 9 }, 'OK ok'],
  ])('may be too slow: %j is %s', async (given, expected) => {
    await using server = await startServer();
    expect(brief(await run(server, { ...login, ...given }))).toBe(expected);
  });
});

describe('what the options say of a file', () => {
  const sha256 = '0'.repeat(64);
  it.each<[Given, string, string | RegExp]>([
    [{ file: '/sentinel.txt', minBytes: 5 }, 'size-mismatch', '4 bytes of /sentinel.txt, expected at least 5'],
    [{ file: '/sentinel.txt', maxBytes: 2 }, 'size-mismatch', '/sentinel.txt has more than 2 bytes'],
    [{ file: '/sentinel.txt', content: 'x' }, 'content-mismatch', '4 bytes of /sentinel.txt, without the expected "x"'],
    [{ file: '/sentinel.txt', contentRegex: '^b' }, 'content-mismatch', /regular expression does not match$/],
    [{ file: '/sentinel.txt', sha256 }, 'content-mismatch', /with the SHA-256 [0-9a-f]{64}, not 0{64}$/],
    [{ file: '/' }, 'file-missing', '/ is a folder'],
    [{ file: '/absent' }, 'file-missing', '/absent: No such file or directory'],
    [{ list: '/absent' }, 'file-missing', '/absent: No such file or directory'],
  ])('%j is %s', async (given, code, summary) => {
    await using server = await startServer();
    expect(await run(server, { ...login, ...given })).toMatchObject({
      status: 'CRITICAL',
      code,
      summary: typeof summary === 'string' ? summary : expect.stringMatching(summary),
    });
  });

  it.each<Given>([
    { contentRegex: '(?m)^m(o+)$' },
    { sha256: createHash('sha256').update('moo\n').digest('hex').toUpperCase() },
    { content: 'oo\n', minBytes: 4, maxBytes: 4 },
  ])('may be met: %j', async (given) => {
    await using server = await startServer();
    expect(await run(server, { ...login, file: '/sentinel.txt', ...given })).toMatchObject({ status: 'OK' });
  });
});

describe('a local fault', () => {
  itInFolder.for<[Given, string]>([
    [{ password: { file: '/nowhere' } }, 'cannot read /nowhere: ENOENT'],
    [{ password: { file: '/dev/null' } }, '/dev/null is not a regular file'],
    [{ password: { env: 'NO_SUCH_PASSWORD' } }, 'environment variable NO_SUCH_PASSWORD is not set'],
    [{ key: 'FOLDER/key.pub' }, 'cannot use FOLDER/key.pub: it holds no private key'],
    [{ key: 'FOLDER/text' }, 'cannot use FOLDER/text: Unsupported key format'],
    [{ key: 'FOLDER/empty' }, 'FOLDER/empty is empty'],
    [
      { key: 'FOLDER/encrypted' },
      'cannot use FOLDER/encrypted: it is encrypted, and there is no keyPassphrase (--key-passphrase-file)',
    ],
    [
      { key: 'FOLDER/encrypted', keyPassphrase: { file: 'FOLDER/text' } },
      'cannot use FOLDER/encrypted: the passphrase is wrong',
    ],
    [{ knownHosts: 'FOLDER/none' }, 'cannot read FOLDER/none: ENOENT'],
    [{ knownHosts: '/dev/zero' }, '/dev/zero is not a regular file'],
  ])('is UNKNOWN: %j', async ([given, summary], { folder }) => {
    const encrypted = await generateSshKeyPair({ passphrase: 'open sesame' });
    const contents = { 'key.pub': userKey.public, text: 'no key\n', empty: '', encrypted: encrypted.private };
    for (const [name, content] of Object.entries(contents)) await writeFile(`${folder}/${name}`, content);
    await using server = await startServer();
    const there = JSON.parse(JSON.stringify(given).replaceAll('FOLDER', folder));
    const verdict = await run(server, { ...login, ...there });
    expect(verdict).toMatchObject({
      status: 'UNKNOWN',
      code: 'local-fault',
      summary: summary.replaceAll('FOLDER', folder),
    });
    expect(server.connections).toBe(0);
  });
});
