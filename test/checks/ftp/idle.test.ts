import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { CheckResult, RunOptions } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import type { FtpFault } from '../../../src/testkit/index.ts';
import { faultyServer, runFtp } from './deep-run.ts';
import { serveFtp } from './scripted-ftp.ts';
import { until } from './until.ts';

const minute = 60_000;
const options = { user: 'anonymous', idle: 4 * minute };

/** A run on a clock of its own, which tells when its rest has begun. */
const rest = (port: number, more: Partial<RunOptions> = {}) => {
  const clock = new ManualClock();
  let begun = false;
  const transcript = (line: string) => {
    begun ||= line.endsWith('= no traffic for 240 s');
  };
  const outcome = runFtp(port, options, { clock, transcript, ...more });
  return { clock, outcome, begun: () => until(() => begun) };
};

describe('an idle control connection', () => {
  it('that is still there after four minutes is fine, and they count nowhere', async () => {
    await using server = await faultyServer([]);
    const { clock, outcome, begun } = rest(server.port);
    await begun();
    await clock.advance(4 * minute);
    const { steps, ...verdict } = (await outcome) as CheckResult;
    expect(verdict).toMatchObject({ status: 'OK', summary: 'alive after 240 s without traffic in 0.000s' });
    expect(verdict.metrics[0]).toMatchObject({ label: 'time', value: 0 });
    expect(steps.map(({ name }) => name)).toEqual(['connect', 'greeting', 'login', 'features', 'idle', 'noop', 'quit']);
    expect(steps.find(({ name }) => name === 'idle')?.durationMs).toBe(4 * minute);
    expect(server.dialogue.at(-1)).toBe('QUIT');
    expect(clock.timers).toBe(0);
  });

  it('does not hear from us before the time is over', async () => {
    await using server = await faultyServer([]);
    const { clock, outcome, begun } = rest(server.port);
    await begun();
    await clock.advance(4 * minute - 1);
    expect(server.dialogue).not.toContain('NOOP');
    await clock.advance(1);
    await outcome;
    expect(server.dialogue).toContain('NOOP');
  });

  it.each<[FtpFault, string, RegExp]>([
    ['idle-reset', 'idle-reset', /^idle control connection lost at the first command after 240 s without traffic$/],
    ['idle-timeout', 'idle-reset', /^idle control connection lost at the first command .* traffic: 421 /],
  ])('whose NOOP meets %s ends %s', async (fault, code, summary) => {
    await using server = await faultyServer([fault]);
    const { clock, outcome, begun } = rest(server.port);
    await begun();
    await clock.advance(4 * minute);
    expect(await outcome).toMatchObject({
      status: 'CRITICAL',
      code,
      summary: expect.stringMatching(summary),
      remedy: expect.stringContaining('load balancer'),
    });
  });

  it('whose NOOP is never answered was cut in silence, after the time that was left', async () => {
    await using server = await faultyServer(['idle-silence']);
    const { clock, outcome, begun } = rest(server.port);
    await begun();
    await clock.advance(4 * minute);
    await server.received('NOOP');
    await clock.advance(9_000);
    expect(await outcome).toMatchObject({
      status: 'CRITICAL',
      code: 'idle-cut',
      summary: `stuck at noop on 127.0.0.1 port ${server.port}, no verdict within 9 s`,
    });
    expect(clock.now()).toBe(4 * minute + 9_000);
  });

  it.each<[string, (control: Socket) => void, string]>([
    ['resets it', (control) => control.resetAndDestroy(), ''],
    ['closes it', (control) => control.end(), ''],
    ['says 421 and closes it', (control) => control.end('421 Idle timeout.\r\n'), ': 421 Idle timeout.'],
  ])('is noticed at once when the server %s', async (_, close, words) => {
    let control: Socket | undefined;
    await using server = await serveFtp({
      FEAT: (socket) => {
        control = socket;
        socket.write('502 no\r\n');
      },
    });
    const { clock, outcome, begun } = rest(server.port);
    await begun();
    await clock.advance(minute + 2_040);
    if (control) close(control);
    expect(await outcome).toMatchObject({
      status: 'CRITICAL',
      code: 'idle-reset',
      summary: `idle control connection closed after 62 s without traffic${words}`,
    });
    expect(clock.timers).toBe(0);
  });

  it('is left at once when the run is cancelled', async () => {
    const stop = new AbortController();
    await using server = await faultyServer([]);
    const { clock, outcome, begun } = rest(server.port, { signal: stop.signal });
    await begun();
    stop.abort();
    expect(await outcome).toBe('cancelled');
    expect(clock.timers).toBe(0);
  });
});
