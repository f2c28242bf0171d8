import { expect } from 'vitest';
import { face } from '../../../checks/ssh/face.ts';
import type { CheckResult } from '../../../src/checker/index.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { renderJson, renderTranscript } from '../../../src/plugin/render-result.ts';
import { Transcript } from '../../../src/plugin/transcript.ts';
import type { ManualClock, SshFault } from '../../../src/testkit/index.ts';
import { expectCleanLine } from '../clean-line.ts';
import { drive } from '../drive.ts';
import { watchMemory } from '../watch-memory.ts';
import { files, type Given, password, run, startServer } from './deep-run.ts';

/** How long after its deadline a run may take, in milliseconds. */
const graceMs = 500;

/** How much a run may hold at any time, in bytes: a hostile server would give gigabytes in the same time. */
const mostBytes = 64 * 1024 * 1024;

/** A hostile server, and what a run against it is asked. */
export interface Hostile {
  readonly faults: readonly SshFault[];
  readonly given: Given;
  /** A clock that moves on whenever nothing happens. Default: the system's. */
  readonly clock?: ManualClock;
}

/** More than any of these runs needs, unless nothing comes. */
const timeoutMs = 8_000;

/** Runs a check against a hostile server; the run keeps to its time and memory, leaves no file, and says nothing it should not. */
export const runAgainst = async ({ faults, given, clock }: Hostile): Promise<CheckResult> => {
  const commands = { uptime: { output: 'up' } };
  await using server = await startServer({ writable: true, commands, ...(clock && { clock }) }, ...faults);
  using memory = watchMemory();
  const time = clock ?? systemClock;
  const startedAt = time.now();
  const verbose: string[] = [];
  const transcript = new Transcript();
  const running = run(server, given, {
    timeoutMs,
    clock: time,
    verbose: (text) => void verbose.push(text),
    transcript: transcript.add,
  });
  if (clock) await drive(clock, running);
  const outcome = await running;
  expect(time.now() - startedAt).toBeLessThan(timeoutMs + graceMs);
  expect(memory.grownBytes).toBeLessThan(mostBytes);
  expectClean(outcome, given.user === undefined ? '\r\n\t' : '');
  expectNoSecret(renderTranscript(transcript.lines) + renderJson(outcome, transcript.lines) + verbose.join(''));
  // What could not be deleted is named.
  const left = [...server.files.keys()].filter((path) => !Object.hasOwn(files, path));
  expect(left).toEqual(outcome.facts['leftBehind'] === undefined ? [] : [outcome.facts['leftBehind']]);
  return outcome;
};

/** A clean line of this checker, see {@link expectCleanLine}. */
export const expectClean = (outcome: CheckResult, kept = ''): void => expectCleanLine(outcome, face, kept);

/** Neither the password nor what cleaning would make of it. */
export const expectNoSecret = (printed: string): void => {
  expect(printed).not.toContain(password);
  expect(printed).not.toContain(password.replace('|', ' '));
};
