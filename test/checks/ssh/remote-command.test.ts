import { describe, expect, it } from 'vitest';
import { type Given, login, run, startServer } from './deep-run.ts';

const commands = {
  uptime: { output: ' 15:15 up 8 min\n' },
  false: { exitCode: 1 },
  complain: { output: 'out\n', error: 'no \x1b[31mmilk|today\n', exitCode: 3 },
  die: { signal: 'KILL' },
};

describe('a command', () => {
  it('must end with 0', async () => {
    await using server = await startServer({ commands });
    const verdict = await run(server, { ...login, command: 'uptime', commandOutput: 'up' });
    expect(verdict).toMatchObject({ status: 'OK', facts: { exitCode: 0 } });
    expect(verdict.summary).toMatch(/^"uptime" ended with 0 in /);
    expect(verdict.steps.slice(-2).map(({ name }) => name)).toEqual(['channel', 'command']);
    expect(server.dialogue.at(-1)).toBe('exec uptime');
  });

  it.each<[Given, string, string]>([
    [{ command: 'false' }, 'command-failed', '"false" ended with 1'],
    [{ command: 'complain' }, 'command-failed', '"complain" ended with 3: no [31mmilk today'],
    [{ command: 'die' }, 'command-failed', '"die" ended by SIGKILL'],
    [{ command: 'milk' }, 'command-failed', '"milk" ended with 127: not found'],
    [
      { command: 'uptime', commandOutput: 'down' },
      'content-mismatch',
      '"uptime" ended with 0, but without "down" in its 16 bytes of output',
    ],
    [{ command: 'uptime', maxBytes: 2 }, 'size-mismatch', '"uptime" says more than 2 bytes'],
  ])('%j is %s', async (given, code, summary) => {
    await using server = await startServer({ commands });
    expect(await run(server, { ...login, ...given })).toMatchObject({ status: 'CRITICAL', code, summary });
  });

  it('may come after SFTP', async () => {
    await using server = await startServer({ commands });
    const verdict = await run(server, { ...login, command: 'uptime', file: '/sentinel.txt' });
    expect(verdict.summary).toMatch(/^4 bytes of \/sentinel\.txt by SFTP, "uptime" ended with 0 in /);
  });
});
