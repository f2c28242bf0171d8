import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import type { FtpFault, FtpServer } from '../../../src/testkit/index.ts';
import { faultyServer, runFtp, verdictOf } from './deep-run.ts';
import { serveFtp } from './scripted-ftp.ts';
import { until } from './until.ts';

const upload = '/incoming';
const files = { '/incoming/keep.txt': 'mine\n' };
const named = '/incoming/\\.farm-guardian-[A-Za-z0-9.-]+-[0-9a-f-]{36}';

/** What a server has been told about files, the name of ours replaced. */
const commandsOf = (dialogue: readonly string[]): string[] =>
  dialogue.map((line) => line.replace(new RegExp(named), 'FILE')).filter((line) => line.endsWith('FILE'));

describe('an upload', () => {
  it('stores a file, reads it back and deletes it', async () => {
    await using server = await faultyServer([], { files });
    const outcome = await runFtp(server.port, { upload });
    expect(outcome).toMatchObject({
      status: 'OK',
      summary: expect.stringMatching(/^\d+ bytes stored, read back and deleted in \d/),
    });
    expect(commandsOf(server.dialogue)).toEqual(['STOR FILE', 'RETR FILE', 'DELE FILE']);
    expect([...server.files.keys()]).toEqual(['/incoming/keep.txt']);
  });

  it('never uses a name twice', async () => {
    await using server = await faultyServer([], { files });
    await Promise.all([runFtp(server.port, { upload }), runFtp(server.port, { upload: '/incoming/' })]);
    const stored = server.dialogue.filter((line) => line.startsWith('STOR'));
    expect(stored).toHaveLength(2);
    expect(new Set(stored).size).toBe(2);
    for (const line of stored) expect(line).toMatch(new RegExp(`^STOR ${named}$`));
  });

  it.each<[FtpFault, string, RegExp]>([
    ['disk-full', 'disk-full', /^no room for /],
    ['read-only', 'access-denied', /refused: 553 /],
    ['upload-corrupt', 'content-mismatch', /is read back as something else than was stored$/],
    ['data-refused', 'data-refused', /^data connection to port /],
    ['data-early-end', 'transfer-incomplete', /^transfer of .* broke off: 426 /],
  ])('to a server with %s ends %s, and leaves nothing behind', async (fault, code, summary) => {
    await using server = await faultyServer([fault], { files });
    const outcome = await runFtp(server.port, { upload });
    expect(outcome).toMatchObject({ status: 'CRITICAL', code, summary: expect.stringMatching(summary) });
    expect(outcome).not.toHaveProperty('facts.leftBehind');
    expect([...server.files.keys()]).toEqual(['/incoming/keep.txt']);
  });

  it('says what it could not delete', async () => {
    const outcome = await verdictOf({ upload }, ['delete-refused'], { files });
    expect(outcome).toMatchObject({
      status: 'CRITICAL',
      code: 'access-denied',
      summary: expect.stringMatching(
        new RegExp(`^a file was stored and read back, but not deleted: 550 .*; ${named} is left behind$`),
      ),
      remedy: expect.stringMatching(new RegExp(`^Let this user delete in the folder\\. Delete ${named}\\.$`)),
      facts: { leftBehind: expect.stringMatching(new RegExp(`^${named}$`)) },
    });
  });

  it.each(['421 busy', '450 locked', '500 what?', '530 log in', '550 no', '553 no'])(
    'that is answered %s has left nothing behind, whatever is said of the file later',
    async (STOR) => {
      for (const SIZE of ['500 what?', '502 what?', '530 log in', '550 no', (control: Socket) => void control.end()]) {
        await using server = await serveFtp({ STOR, DELE: '550 no', SIZE });
        const outcome = await runFtp(server.port, { upload });
        expect(outcome).not.toHaveProperty('facts.leftBehind');
        expect(JSON.stringify(outcome)).not.toMatch(/left behind|Delete/);
      }
    },
  );

  it('that is refused by a server which has made a file all the same names it', async () => {
    await using server = await serveFtp({ STOR: '425 no data connection', DELE: '550 no', SIZE: '213 0' });
    expect(await runFtp(server.port, { upload })).toMatchObject({
      code: 'data-refused',
      facts: { leftBehind: expect.stringMatching(new RegExp(`^${named}$`)) },
    });
  });

  it('that fails for another reason names that reason first', async () => {
    expect(await verdictOf({ upload }, ['upload-corrupt', 'delete-refused'], { files })).toMatchObject({
      code: 'content-mismatch',
      summary: expect.stringMatching(/ than was stored; .* is left behind$/),
    });
  });
});

describe('an upload that is broken off', () => {
  const isStored = (server: FtpServer) => server.files.size > 1;

  it.each<[FtpFault, number, RegExp, string]>([
    ['no-completion', 200, /^STOR/, 'transfer-incomplete'],
    ['data-silence', 0, /^RETR/, 'data-timeout'],
    ['data-silence', 200, /^RETR/, 'data-timeout'],
  ])('by the deadline, with %s and %i ms, is deleted all the same', async (fault, graceMs, during, code) => {
    const clock = new ManualClock();
    await using server = await faultyServer([fault], { files });
    const outcome = runFtp(server.port, { upload }, { clock });
    await server.received(during);
    await until(() => isStored(server));
    await clock.advance(9_000 + graceMs);
    expect(await outcome).toMatchObject({ status: 'CRITICAL', code });
    expect(await outcome).not.toHaveProperty('facts.leftBehind');
    expect(commandsOf(server.dialogue).at(-1)).toBe('DELE FILE');
    expect([...server.files.keys()]).toEqual(['/incoming/keep.txt']);
    expect(clock.timers).toBe(0);
  });

  it('by a shutdown is deleted all the same', async () => {
    const clock = new ManualClock();
    const stop = new AbortController();
    await using server = await faultyServer(['data-silence'], { files });
    const outcome = runFtp(server.port, { upload }, { clock, signal: stop.signal });
    await server.received(/^RETR/);
    stop.abort();
    expect(await outcome).toBe('cancelled');
    expect([...server.files.keys()]).toEqual(['/incoming/keep.txt']);
  });

  it.each([
    ['does not answer any more', null, 400],
    ['closes the connection', (control: Socket) => void control.end(), 200],
  ])('says what it left behind on a server that %s', async (_, DELE, graceMs) => {
    const clock = new ManualClock();
    const stored = (control: Socket) => void control.write('150 go\r\n');
    await using server = await serveFtp({ STOR: stored, DELE });
    const outcome = runFtp(server.port, { upload: '/in' }, { clock });
    await until(() => server.received.includes('STOR'));
    await server.dataSeen;
    await clock.advance(9_000 + graceMs);
    expect(await outcome).toMatchObject({
      code: 'transfer-incomplete',
      summary: expect.stringMatching(/, no verdict within 9 s; \/in\/\.farm-guardian-\S+ is left behind$/),
    });
  });
});
