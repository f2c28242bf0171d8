import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { binPath } from '../bin-path.ts';
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
