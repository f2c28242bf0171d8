import { expect } from 'vitest';
import { face } from '../../../checks/ssh/face.ts';
import type { CheckResult } from '../../../src/checker/index.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { renderJson, renderResult, renderTranscript } from '../../../src/plugin/render-result.ts';
import { Transcript } from '../../../src/plugin/transcript.ts';
import type { ManualClock, SshFault } from '../../../src/testkit/index.ts';
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

/** One line of less than 4 KiB, with no control character but those to be kept, and at most one `|`. */
export const expectClean = (outcome: CheckResult, kept = ''): void => {
  const line = renderResult(outcome, { face, wording: undefined, reasonCode: true }).replace(/\n$/, '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  expect(line.match(/[\u0000-\u001f\u007f-\u009f]/g)?.filter((c) => !kept.includes(c)) ?? []).toEqual([]);
  expect(Buffer.byteLength(line)).toBeLessThan(4_096);
  expect(line.split('|').length).toBeLessThanOrEqual(2);
  expect(line.isWellFormed()).toBe(true);
};

/** Neither the password nor what cleaning would make of it. */
export const expectNoSecret = (printed: string): void => {
  expect(printed).not.toContain(password);
  expect(printed).not.toContain(password.replace('|', ' '));
};
