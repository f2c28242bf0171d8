import { describe, expect, it, vi } from 'vitest';
import { ssh } from '../../../checks/ssh/index.ts';
import { renderPerfdata, runCheck, Secret } from '../../../src/checker/index.ts';
import { ManualClock, type SshFault } from '../../../src/testkit/index.ts';
import { brief, files, type Given, login, run, startServer } from './deep-run.ts';

describe('a folder', () => {
  const folder = { '/in/a': '1', '/in/b': '22', '/in/deeper/': '' };

  it.each<[Given, string, object]>([
    [{ list: '/in' }, '3 entries in /in', { entries: 3 }],
    [{ list: '/in/deeper' }, '0 entries in /in/deeper', { entries: 0 }],
    [{ list: '/in', file: '/in/b' }, '3 entries in /in, 2 bytes of /in/b by SFTP', { entries: 3, size: 2 }],
  ])('is listed: %j', async (given, done, facts) => {
    await using server = await startServer({ files: folder });
    const verdict = await run(server, { ...login, ...given });
    expect(verdict).toMatchObject({ status: 'OK', facts });
    expect(verdict.summary.startsWith(`${done} in `)).toBe(true);
  });

  it('has a newest file, which may be too old', async () => {
    await using server = await startServer({ files: folder }, 'stale-files');
    const young = await run(server, { ...login, list: '/in', maxAge: '25h' });
    expect(young.summary).toMatch(/^3 entries in \/in, the newest file 864\d\d s old in /);
    expect(young).toMatchObject({ status: 'OK', facts: { newest: 'b' } });
    expect(renderPerfdata(young.metrics)).toMatch(/ age=864\d\d\.000000s;;90000;0$/);
    const old = await run(server, { ...login, list: '/in', maxAge: '1h' });
    expect(brief(old)).toBe('CRITICAL too-old');
    expect(old.summary).toMatch(/^the newest file in \/in, b, is 864\d\d s old, not 3600 s or less$/);
  });

  it('without a file has no newest one', async () => {
    await using server = await startServer({ files: folder });
    const verdict = await run(server, { ...login, list: '/in/deeper', maxAge: '1h' });
    expect(verdict).toMatchObject({ code: 'file-missing', summary: 'no file in /in/deeper' });
  });
});

describe('an upload', () => {
  const upload: Given = { ...login, upload: '/incoming' };

  it('is stored, read back and deleted', async () => {
    await using server = await startServer({ writable: true });
    const { status, summary } = await run(server, upload);
    expect(status).toBe('OK');
    expect(summary).toMatch(/^\d+ bytes stored, read back and deleted by SFTP in /);
    expect([...server.files.keys()]).toEqual(Object.keys(files));
    expect(server.dialogue.at(-1)).toMatch(/^sftp remove \/incoming\/\.farm-guardian-[\w.-]+$/);
  });

  it.each<[SshFault, string]>([
    ['disk-full', 'disk-full'],
    ['upload-corrupt', 'content-mismatch'],
    ['transfer-reset', 'reset'],
    ['empty-reads', 'protocol'],
    ['missing-file', 'file-missing'],
  ])('fails with %s as %s', async (fault, code) => {
    await using server = await startServer({ writable: true }, fault);
    const verdict = await run(server, upload);
    expect(verdict).toMatchObject({ status: 'CRITICAL', code });
    const left = [...server.files.keys()].filter((path) => path.includes('.farm-guardian-'));
    expect(left).toEqual(verdict.facts['leftBehind'] === undefined ? [] : [verdict.facts['leftBehind']]);
    if (fault !== 'transfer-reset') expect(left).toEqual([]);
  });

  it('is refused where nothing may be stored', async () => {
    await using server = await startServer();
    const verdict = await run(server, upload);
    expect(verdict).toMatchObject({ code: 'access-denied', remedy: 'Let the user write to the folder.' });
    expect(verdict.facts).not.toHaveProperty('leftBehind');
  });

  it('that cannot be deleted is named', async () => {
    await using server = await startServer({ writable: true }, 'delete-refused');
    const { code, summary, facts, remedy } = await run(server, upload);
    const [left] = [...server.files.keys()].filter((path) => path.includes('.farm-guardian-'));
    expect(code).toBe('access-denied');
    expect(facts['leftBehind']).toBe(left);
    expect(summary).toContain(`${left} is left behind`);
    expect(remedy).toContain(`Delete ${left}.`);
  });

  it.each([
    ['its time is up', undefined],
    ['the run is cancelled', new AbortController()],
  ])('is deleted when %s in the middle', { timeout: 30_000 }, async (_, abort) => {
    await using server = await startServer({ writable: true }, 'transfer-silence');
    const password = new Secret({ env: 'SSH_RUN_PASSWORD' });
    const clock = new ManualClock();
    const outcome = runCheck(
      { checker: ssh, target: server, options: { ...upload, password } },
      { timeoutMs: 1_000, clock, ...(abort && { signal: abort.signal }) },
    );
    // Stored, and opened again to be read back.
    const opened = () => server.dialogue.filter((line) => line.startsWith('sftp open /incoming')).length;
    await vi.waitUntil(() => opened() === 2, { timeout: 20_000 });
    if (abort) abort.abort();
    else await clock.advance(1_000);
    expect(await outcome).toMatchObject(abort ? {} : { code: 'timeout', summary: 'transfer not done within 1 s' });
    await server.received(/^sftp remove /);
    expect([...server.files.keys()]).toEqual(Object.keys(files));
  });
});
