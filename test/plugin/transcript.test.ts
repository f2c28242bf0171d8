import { describe, expect, it } from 'vitest';
import { defineChecker, result } from '../../src/checker/index.ts';
import { echoChecker } from './echo-checker.ts';
import { runCommand } from './run-command.ts';

/** A checker that records these lines. */
const talking = (lines: readonly string[], face: Parameters<typeof echoChecker>[0] = { transcript: true }) =>
  defineChecker({
    ...echoChecker(face),
    check: async (_target, _options, { transcript }) => {
      for (const line of lines) transcript?.(line);
      const metrics = [{ label: 'n', value: 1, unit: '' }] as const;
      return result({ status: 'OK', code: 'ok', summary: 'so it is', metrics });
    },
  });

describe('--transcript', () => {
  it('prints the dialogue after the line', async () => {
    const checker = talking(['0.001 < 220 ready', '0.002 > QUIT']);
    expect((await runCommand(checker, ['--transcript', 'a'])).stdout).toBe(
      'ECHO OK - so it is|n=1\n0.001 < 220 ready\n0.002 > QUIT\n',
    );
    expect((await runCommand(checker, ['a'])).stdout).toBe('ECHO OK - so it is|n=1\n');
  });

  it('is a list in JSON, an empty one when nothing was said', async () => {
    const { stdout } = await runCommand(talking(['< 220 a|b']), ['--json', '--transcript', 'a']);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'OK', transcript: ['< 220 a b'] });
    expect(JSON.parse((await runCommand(talking([]), ['--json', '--transcript', 'a'])).stdout).transcript).toEqual([]);
    expect(JSON.parse((await runCommand(talking(['x']), ['--json', 'a'])).stdout)).not.toHaveProperty('transcript');
  });

  it('keeps what was said before a signal', async () => {
    const abort = new AbortController();
    const checker = defineChecker({
      ...echoChecker({ transcript: true }),
      check: async (_target, _options, { transcript, signal }) => {
        transcript?.('< 220 ready');
        abort.abort();
        throw signal.reason;
      },
    });
    expect((await runCommand(checker, ['--transcript', 'a'], { signal: abort.signal })).stdout).toBe(
      'ECHO UNKNOWN - ended by a signal before there was a verdict\n< 220 ready\n',
    );
  });

  it('leaves no control characters and no | in its lines', async () => {
    const { stdout } = await runCommand(talking(['a|b\u001b[31m\r\nc\ud800']), ['--transcript', 'a']);
    expect(stdout).toBe('ECHO OK - so it is|n=1\na b [31m  c\ufffd\n');
  });

  it.each<[string, string[], RegExp]>([
    ['200 lines', Array.from({ length: 250 }, (_, i) => `line ${i}`), /\nline 199\n… 50 more\n$/],
    ['64 KiB', Array.from({ length: 100 }, () => 'x'.repeat(2_000)), /x\n… \d+ more\n$/],
  ])('ends at %s, and says how many more there were', async (_, lines, end) => {
    const { stdout } = await runCommand(talking(lines), ['--transcript', 'a']);
    expect(stdout).toMatch(end);
    expect(stdout.split('\n').length).toBeLessThanOrEqual(203);
    expect(Buffer.byteLength(stdout)).toBeLessThan(65 * 1024);
  });

  it('is no option of a command that records nothing', async () => {
    const { exitCode, stderr } = await runCommand(talking([], {}), ['--transcript', 'a']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: "check_echo: unrecognized option '--transcript'\n" });
  });
});
