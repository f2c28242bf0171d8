import { describe, expect, it } from 'vitest';
import { tftp } from '../../../checks/tftp/index.ts';
import type { TftpOptions } from '../../../checks/tftp/options.ts';
import { type CheckResult, runCheck } from '../../../src/checker/index.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { renderTranscript } from '../../../src/plugin/render-result.ts';
import { Transcript } from '../../../src/plugin/transcript.ts';
import { createTftpServer, type TftpFault } from '../../../src/testkit/index.ts';
import { expectClean } from './clean-line.ts';

/** How long after its deadline a run may take, in milliseconds. */
const graceMs = 500;

/** How much more memory a run may have in use at its end, in bytes. */
const mostBytes = 32 * 1024 * 1024;

const files = { 'farm-guardian.txt': 'cows', boot: Buffer.alloc(5_000, 'x') };

const usedBytes = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** Runs a check against a hostile server: it keeps to its time and memory, and says nothing it should not. */
const runAgainst = async (
  faults: readonly TftpFault[],
  options: TftpOptions,
  timeoutMs = 5_000,
): Promise<CheckResult> => {
  await using server = await createTftpServer({ files });
  for (const fault of faults) await server.inject(fault);
  const transcript = new Transcript();
  const before = usedBytes();
  const startedAt = systemClock.now();
  const outcome = await runCheck(
    { checker: tftp, target: { host: server.host, port: server.port }, options },
    { timeoutMs, clock: systemClock, transcript: transcript.add },
  );
  expect(systemClock.now() - startedAt).toBeLessThan(timeoutMs + graceMs);
  expect(usedBytes() - before).toBeLessThan(mostBytes);
  if (outcome === 'cancelled') throw new Error('nobody has cancelled this run');
  expectClean(outcome);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  expect(renderTranscript(transcript.lines)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f|]/);
  return outcome;
};

const asking: TftpOptions = { blksize: 1_428, tsize: true, optionTimeout: 2 };

describe('against a hostile server a run ends in time, with one clean line:', () => {
  it.each<[TftpFault[], TftpOptions, string]>([
    [['garbage'], {}, 'CRITICAL protocol'],
    [['empty-packet'], {}, 'CRITICAL protocol'],
    [['unknown-opcode'], {}, 'CRITICAL protocol'],
    [['error-escapes'], {}, 'CRITICAL protocol'],
    [['error-escapes'], { expectError: 0 }, 'OK ok'],
    [['oack-unasked'], {}, 'CRITICAL protocol'],
    [['oack-larger'], asking, 'CRITICAL protocol'],
    [['oack-unknown'], asking, 'CRITICAL protocol'],
    [['oack-malformed'], asking, 'CRITICAL protocol'],
    [['options-refused'], asking, 'CRITICAL options-refused'],
    [['options-refused'], {}, 'OK ok'],
    [['options-ignored'], asking, 'OK ok'],
    [['options-ignored'], { ...asking, requireOptions: true }, 'CRITICAL options-refused'],
    [['options-ignored'], { mtuLap: true, file: 'boot' }, 'CRITICAL options-refused'],
    [['oversized-block'], {}, 'CRITICAL protocol'],
    [['oversized-block'], { blksize: 512, tsize: true }, 'CRITICAL protocol'],
    [['duplicate'], { file: 'boot' }, 'OK ok'],
    [['duplicate'], { file: 'boot', blksize: 100, windowsize: 8 }, 'OK ok'],
    [['strangers'], { file: 'boot', content: 'xxx', size: 5_000 }, 'OK ok'],
    [['strangers'], { file: 'boot', blksize: 100, windowsize: 8, size: 5_000 }, 'OK ok'],
    [['strangers', 'missing-file'], {}, 'CRITICAL file-missing'],
    [['abort'], { file: 'boot' }, 'CRITICAL protocol'],
    [['endless'], {}, 'CRITICAL size-mismatch'],
    [['endless'], { firstBlock: true }, 'OK ok'],
    [['endless'], { expectError: 1 }, 'CRITICAL content-mismatch'],
    [['flood'], {}, 'CRITICAL protocol'],
    [['flood'], { firstBlock: true }, 'OK ok'],
    [['large-lost'], { file: 'boot', mtuLap: true, blksize: 1_000 }, 'OK ok'],
  ])('%j with %j is %s', async (faults, options, expected) => {
    const { status, code } = await runAgainst(faults, options);
    expect(`${status} ${code}`).toBe(expected);
  });

  it.concurrent.each<[TftpFault[], TftpOptions, string]>([
    [['silence'], {}, 'CRITICAL timeout'],
    [['stall'], { file: 'boot' }, 'CRITICAL timeout'],
    [['stall'], { file: 'boot', blksize: 100, windowsize: 8 }, 'CRITICAL timeout'],
    [['drip'], { file: 'boot' }, 'CRITICAL timeout'],
    [['wrong-source'], {}, 'CRITICAL wrong-source'],
    [['large-lost'], { file: 'boot', blksize: 1_468 }, 'CRITICAL timeout'],
    [['large-lost'], { file: 'boot', mtuLap: true }, 'CRITICAL mtu-blackhole'],
    [['strangers', 'stall'], { file: 'boot' }, 'CRITICAL timeout'],
  ])('%j with %j is %s at the deadline', async (faults, options, expected) => {
    const { status, code } = await runAgainst(faults, options, 1_000);
    expect(`${status} ${code}`).toBe(expected);
  });
});
