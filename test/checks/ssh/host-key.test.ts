import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createSshServer, generateSshKeyPair, type SshServer } from '../../../src/testkit/index.ts';
import { itInFolder } from '../../temporary-folder.ts';
import { brief, login, run, startServer } from './deep-run.ts';

const keys = await Promise.all(
  (['ed25519', 'ecdsa', 'rsa'] as const).map(async (type) => (await generateSshKeyPair({ type })).private),
);
const manyKeys = () => startServer({ hostKey: keys });

const fingerprints = ({ hostKeys }: SshServer) => hostKeys.map(({ fingerprint }) => fingerprint);
const otherPin = `SHA256:${'A'.repeat(43)}`;

describe('a host key, without a login,', () => {
  it('is looked at with the algorithms that the server offers, and the server hears a goodbye', async () => {
    await using server = await startServer();
    const { status, summary, facts, steps } = await run(server, { hostKey: [server.hostKey.fingerprint] });
    expect(status).toBe('OK');
    expect(summary).toMatch(/^host key SHA256:\S+ \(ssh-ed25519\) in \d\.\d{3}s$/);
    expect(steps.map(({ name }) => name)).toEqual(['connect', 'greeting', 'kex']);
    expect(facts).toMatchObject({
      hostKeyType: 'ssh-ed25519',
      hostKeys: [`ssh-ed25519 ${server.hostKey.fingerprint}`],
      offeredHostKeys: ['ssh-ed25519'],
      offeredKex: expect.arrayContaining(['curve25519-sha256']),
      offeredCiphers: expect.arrayContaining(['aes128-gcm@openssh.com']),
      offeredMacs: expect.arrayContaining(['hmac-sha2-256']),
      kex: expect.stringContaining('curve25519-sha256'),
      cipher: 'aes128-gcm@openssh.com',
    });
    expect(server.dialogue).toHaveLength(1);
  });

  it('is of any type when it is pinned: the others are asked for, too', async () => {
    await using server = await manyKeys();
    const [, , rsa = ''] = fingerprints(server);
    const { status, facts } = await run(server, { ...login, hostKey: [otherPin, rsa] });
    expect(status).toBe('OK');
    expect(facts).toMatchObject({ hostKey: rsa, hostKeyType: 'ssh-rsa' });
    expect(server.connections).toBe(3);
  });

  it('is wrong when none of all types is pinned', async () => {
    await using server = await manyKeys();
    const { code, summary } = await run(server, { hostKey: [otherPin] });
    expect(code).toBe('host-key');
    expect(summary).toBe(`the host keys are ${fingerprints(server).join(', ')}, none of which is expected`);
  });

  it('is fetched of every type that the server offers', async () => {
    await using server = await manyKeys();
    const { status, facts, steps } = await run(server, { hostKeyTypes: true });
    expect(status).toBe('OK');
    expect(facts).toMatchObject({
      hostKeyType: 'ssh-ed25519',
      hostKeys: server.hostKeys.map(({ publicKey, fingerprint }) => `${publicKey.split(' ')[0]} ${fingerprint}`),
    });
    expect(steps.map(({ name }) => name)).toEqual(['connect', 'greeting', 'kex', 'keys']);
    expect(server.connections).toBe(3);
  });

  it('is fetched of every type after the work, too', async () => {
    await using server = await manyKeys();
    const verdict = await run(server, { ...login, hostKeyTypes: true, file: '/sentinel.txt' });
    expect(verdict).toMatchObject({ status: 'OK', facts: { size: 4, hostKeys: { length: 3 } } });
  });
});

describe('a known_hosts file', () => {
  const lineOf = (server: SshServer, host: string, which = 0, marker = '') =>
    `${marker}${host} ${server.hostKeys[which]?.publicKey} a comment\n`;
  const here = ({ port }: SshServer) => `[127.0.0.1]:${port}`;

  itInFolder.for<[string, (server: SshServer, other: SshServer) => string, string]>([
    ['has the key', (server) => lineOf(server, here(server)), 'OK ok'],
    ['has the key for the host alone', (server) => lineOf(server, '127.0.0.1'), 'OK ok'],
    ['has the key by a pattern', (server) => lineOf(server, '!10.0.0.1,127.0.*'), 'OK ok'],
    ['has only the RSA key, which is asked for first', (server) => lineOf(server, here(server), 2), 'OK ok'],
    ['has other hosts only', (server) => lineOf(server, 'barn.example'), 'UNKNOWN no-host-key'],
    ['is empty', () => '\n# nothing\n', 'UNKNOWN no-host-key'],
    ['has another key', (server, other) => lineOf(other, here(server)), 'CRITICAL host-key'],
    ['has it revoked', (s) => lineOf(s, here(s)) + lineOf(s, '*', 0, '@revoked '), 'CRITICAL host-key'],
    ['has an authority only', (s) => lineOf(s, '*', 0, '@cert-authority '), 'UNKNOWN no-host-key'],
  ])('that %s', async ([_, text, expected], { folder }) => {
    await using server = await manyKeys();
    await using other = await createSshServer();
    await writeFile(`${folder}/known_hosts`, text(server, other));
    const verdict = await run(server, { ...login, hostKey: [], knownHosts: `${folder}/known_hosts` });
    expect(brief(verdict)).toBe(expected);
    if (expected.startsWith('OK')) return;
    expect(server.dialogue.join()).not.toContain('probe');
    expect(verdict.remedy).toBeDefined();
  });

  itInFolder('that does not name the host is answered with the line that would', async ({ folder }) => {
    await using server = await startServer();
    await writeFile(`${folder}/known_hosts`, '');
    const verdict = await run(server, { knownHosts: `${folder}/known_hosts` });
    expect(verdict.summary).toContain(server.hostKey.fingerprint);
    expect(verdict.remedy).toBe(`If this key is right, add the line: ${here(server)} ${server.hostKey.publicKey}`);
  });

  itInFolder('that has another key of one type is found out by fetching all of them', async ({ folder }) => {
    await using server = await manyKeys();
    const wrong = (await generateSshKeyPair({ type: 'ecdsa' })).public;
    await writeFile(`${folder}/known_hosts`, `${lineOf(server, here(server))}${here(server)} ${wrong}\n`);
    const given = { knownHosts: `${folder}/known_hosts` };
    expect(brief(await run(server, given))).toBe('OK ok');
    const verdict = await run(server, { ...given, hostKeyTypes: true });
    expect(brief(verdict)).toBe('CRITICAL host-key');
    expect(verdict.steps.at(-1)).toMatchObject({ name: 'keys', code: 'host-key' });
  });
});
