import { describe, expect, it } from 'vitest';
import { ManualClock, type SshFault } from '../../../src/testkit/index.ts';
import { brief, type Given, login } from './deep-run.ts';
import { runAgainst } from './hostile-run.ts';

const key: Given = { hostKey: ['any'] };
const sentinel: Given = { ...login, file: '/sentinel.txt', content: 'moo' };
const folder: Given = { ...login, list: '/', maxAge: '1h' };
const upload: Given = { ...login, upload: '/incoming' };
const command: Given = { ...login, command: 'uptime', commandOutput: 'up' };

describe('against a hostile server a run ends in time, with one clean line:', () => {
  it.each<[SshFault[], Given, string]>([
    [['reset'], {}, 'CRITICAL reset'],
    [['endless-banner'], {}, 'CRITICAL banner-mismatch'],
    [['endless-banner'], sentinel, 'CRITICAL banner-mismatch'],
    [['endless-identification'], {}, 'CRITICAL protocol'],
    [['endless-identification'], sentinel, 'CRITICAL protocol'],
    [['wrong-banner'], sentinel, 'CRITICAL banner-mismatch'],
    [['throttled'], sentinel, 'WARNING throttled'],
    [['max-startups'], sentinel, 'WARNING throttled'],
    [['too-many'], {}, 'OK ok'],
    [['too-many'], sentinel, 'WARNING overloaded'],
    [['kex-garbage'], {}, 'OK ok'],
    [['kex-garbage'], sentinel, 'CRITICAL protocol'],
    [['kex-reset'], {}, 'OK ok'],
    [['kex-reset'], key, 'CRITICAL reset'],
    [['ignore-flood'], {}, 'OK ok'],
    [['ignore-flood'], key, 'CRITICAL protocol'],
    [['ignore-flood'], sentinel, 'CRITICAL protocol'],
    [['weak-kex'], key, 'CRITICAL no-common-algorithm'],
    [['control-bytes'], {}, 'OK ok'],
    [['control-bytes'], { ...sentinel, ...folder }, 'OK ok'],
    [['control-bytes', 'missing-file'], sentinel, 'CRITICAL file-missing'],
    [['split'], {}, 'OK ok'],
    [['split', 'prelude'], {}, 'OK ok'],
    [['split', 'prelude'], { ...sentinel, ...folder, ...command }, 'OK ok'],
    [['auth-refused', 'control-bytes'], sentinel, 'CRITICAL auth-failed'],
    [['auth-reset'], sentinel, 'CRITICAL reset'],
    [['channel-refused'], sentinel, 'CRITICAL access-denied'],
    [['channel-reset'], sentinel, 'CRITICAL reset'],
    [['packet-size-0'], sentinel, 'CRITICAL protocol'],
    [['packet-size-0'], upload, 'CRITICAL protocol'],
    [['packet-size-0'], command, 'CRITICAL protocol'],
    [['no-subsystem'], sentinel, 'CRITICAL subsystem-missing'],
    [['subsystem-dies'], sentinel, 'CRITICAL subsystem-missing'],
    [['subsystem-talks'], sentinel, 'CRITICAL protocol'],
    [['echo-password', 'missing-file', 'control-bytes'], sentinel, 'CRITICAL file-missing'],
    [['echo-password', 'denied'], folder, 'CRITICAL access-denied'],
    [['denied'], sentinel, 'CRITICAL access-denied'],
    [['wrong-content'], sentinel, 'CRITICAL content-mismatch'],
    [['stale-files'], folder, 'CRITICAL too-old'],
    [['endless-file'], sentinel, 'CRITICAL size-mismatch'],
    [['endless-folder'], folder, 'CRITICAL size-mismatch'],
    [['empty-reads'], sentinel, 'CRITICAL protocol'],
    [['transfer-reset'], sentinel, 'CRITICAL reset'],
    [['disk-full'], upload, 'CRITICAL disk-full'],
    [['upload-corrupt'], upload, 'CRITICAL content-mismatch'],
    [['upload-corrupt', 'delete-refused'], upload, 'CRITICAL content-mismatch'],
    [['delete-refused', 'echo-password'], upload, 'CRITICAL access-denied'],
    [['endless-file'], upload, 'CRITICAL size-mismatch'],
    [['command-flood'], command, 'CRITICAL size-mismatch'],
  ])('%j with %j is %s', async (faults, given, expected) => {
    expect(brief(await runAgainst({ faults, given }))).toBe(expected);
  });

  it.each<[SshFault, Given, string, string]>([
    ['silence', {}, 'CRITICAL timeout', 'greeting'],
    ['silence', sentinel, 'CRITICAL timeout', 'greeting'],
    ['drip', sentinel, 'CRITICAL timeout', 'kex'],
    ['kex-silence', key, 'CRITICAL timeout', 'kex'],
    ['auth-silence', sentinel, 'CRITICAL timeout', 'auth'],
    ['channel-silence', sentinel, 'CRITICAL timeout', 'channel'],
    ['subsystem-silence', sentinel, 'CRITICAL timeout', 'subsystem'],
    ['transfer-silence', sentinel, 'CRITICAL timeout', 'transfer'],
    ['transfer-silence', upload, 'CRITICAL timeout', 'transfer'],
    ['command-silence', command, 'CRITICAL timeout', 'command'],
  ])('%s with %j is %s at the deadline, in the stage %s', async (fault, given, expected, stage) => {
    const verdict = await runAgainst({ faults: [fault], given, clock: new ManualClock() });
    expect([brief(verdict), verdict.steps.at(-1)?.name]).toEqual([expected, stage]);
  });
});
