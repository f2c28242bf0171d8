import { writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { face } from '../../../checks/ftp/face.ts';
import { ftp } from '../../../checks/ftp/index.ts';
import { type FtpOptions, isDeep } from '../../../checks/ftp/options.ts';
import { type CheckResult, runCheck, Secret } from '../../../src/checker/index.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { renderJson, renderTranscript } from '../../../src/plugin/render-result.ts';
import { Transcript } from '../../../src/plugin/transcript.ts';
import { createCertificate, createFtpServer, type FtpFault, type FtpTlsOptions } from '../../../src/testkit/index.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { expectCleanLine } from '../clean-line.ts';
import { watchMemory } from '../watch-memory.ts';

/** The password of `probe`, which nobody must ever see. */
export const password = 'Hunter2|s3cret';
process.env['HOSTILE_RUN_PASSWORD'] = password;

/** Logs in as `probe`. */
export const login = { user: 'probe', password: new Secret({ env: 'HOSTILE_RUN_PASSWORD' }) } satisfies FtpOptions;

/** How long after its deadline a run may take, in milliseconds. */
const graceMs = 500;

/** How much a run may hold at any time, in bytes: a hostile server would give gigabytes in the same time. */
const mostBytes = 32 * 1024 * 1024;

/** A hostile server, and what a run against it must come to. */
export interface Hostile {
  readonly faults: readonly FtpFault[];
  /** FTPS: `tls` of the options is set accordingly, and trusts the server. */
  readonly tls?: Partial<FtpTlsOptions>;
  readonly options: FtpOptions;
  /** Default 5 s, which none of these runs needs. */
  readonly timeoutMs?: number;
}

/** Files of the server. */
export const content = { '/sentinel.txt': 'OK\n', '/adversary.txt': `${'a'.repeat(100_000)}!`, '/incoming/': '' };

/** Runs a check against a hostile server; the run keeps to its time and memory, leaves no file, and says nothing it should not. */
export const runAgainst = async ({ faults, tls, options, timeoutMs = 5_000 }: Hostile): Promise<CheckResult> => {
  await using folder = await temporaryFolder();
  const certificate = tls && (await createCertificate());
  if (certificate) await writeFile(folder.at('ca.pem'), certificate.cert);
  await using server = await createFtpServer({
    users: { probe: password },
    files: content,
    ...(certificate && { tls: { ...certificate, ...tls } }),
  });
  for (const fault of faults) await server.inject(fault);
  const trusted = tls && { tls: tls.mode ?? 'explicit', tlsCa: folder.at('ca.pem') };
  using memory = watchMemory();
  const startedAt = systemClock.now();
  const verbose: string[] = [];
  const transcript = new Transcript();
  const outcome = await runCheck(
    { checker: ftp, target: { host: server.host, port: server.port }, options: { ...trusted, ...options } },
    { timeoutMs, clock: systemClock, verbose: (text) => void verbose.push(text), transcript: transcript.add },
  );
  expect(systemClock.now() - startedAt).toBeLessThan(timeoutMs + graceMs);
  expect(memory.grownBytes).toBeLessThan(mostBytes);
  if (outcome === 'cancelled') throw new Error('nobody has cancelled this run');
  expectClean(outcome, isDeep({ ...trusted, ...options }) ? '' : '\r\n\t');
  expectNoSecret(renderTranscript(transcript.lines) + renderJson(outcome, transcript.lines) + verbose.join(''));
  // What could not be deleted is named.
  const left = [...server.files.keys()].filter((path) => !Object.hasOwn(content, path));
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
