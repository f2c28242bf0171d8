import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { binPath } from '../bin-path.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { runBin } from './run-bin.ts';

it('shows in the demo a down and an up for each protocol, each followed by its delivery', async () => {
  const { stdout, stderr, exitCode } = await runBin('farm-guardian', ['demo']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  for (const backend of ['ftp/b1', 'ftp/b2', 'tftp/b1', 'tftp/b2', 'sftp/b1', 'sftp/b2']) {
    const lines = stdout.split('\n').filter((line) => line.includes(` ${backend}`));
    const shown = lines.flatMap(
      (line) => / is (up|down)|delivered \S+ (up|down)/.exec(line)?.slice(1).filter(Boolean) ?? [],
    );
    expect(shown, backend).toEqual(['up', 'up', 'down', 'down', 'up', 'up']);
  }
  expect(stdout).toMatch(/6 of 6 faults seen and healed, nothing else was signalled\n$/);
});

it('simulates other settings on a journal', async () => {
  await using folder = await temporaryFolder();
  const about = { farm: 'ftp', backend: 'b1', code: 'refused', summary: 'refused' };
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString();
  const settings = { rise: 1, fall: 1, intervalMs: 10_000, fastIntervalMs: 1_000, downIntervalMs: 10_000 };
  const entries = [
    { at: at(0), type: 'start', farms: { ftp: settings } },
    { at: at(1), type: 'result', ...about, status: 'CRITICAL', durationMs: 0 },
    { at: at(1), type: 'turned', ...about, to: 'down', definition: 'it', health: { state: 'down', since: 0 } },
  ];
  const lines = entries.map((entry, i) => JSON.stringify({ sequence: i + 1, ...entry }));
  await writeFile(join(folder.path, 'journal.jsonl'), `${lines.join('\n')}\n`);
  const { stdout, stderr, exitCode } = await runBin('farm-guardian', [
    'simulate',
    '--from',
    folder.path,
    '--fall',
    '2',
  ]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^ +THEN +NOW\ntimes down +1 +1\n/);
  expect(stdout).toMatch(/^ftp\/b1 +down +2026-01-01T00:00:01\.000Z +the same$/m);
});

it('does not mind a reader that has gone away', async () => {
  const child = spawn(process.execPath, [binPath('farm-guardian'), '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  expect({ exitCode, said }).toEqual({ exitCode: 0, said: '' });
});

it('says a mistake in one line on stderr and exits 2', async () => {
  const { stdout, stderr, exitCode } = await runBin('farm-guardian', ['run', '-c', '/no/such.yaml']);
  expect({ stdout, stderr, exitCode }).toEqual({
    stdout: '',
    stderr: '/no/such.yaml: does not exist\n',
    exitCode: 2,
  });
});
