import type { CheckContext, Fact, LinearPattern, Metric, Stopwatch } from '../../src/checker/index.ts';
import { Range } from '../../src/checker/index.ts';
import { digestOf, judgeContent } from './judge-content.ts';
import { defaultMaxBytes } from './option-rules.ts';
import type { SshOptions } from './options.ts';
import { runCommand } from './run-command.ts';
import type { Session } from './session.ts';
import { listFolder, newestAge, tooOld } from './sftp/list-folder.ts';
import { openSftp } from './sftp/open-sftp.ts';
import { readFile } from './sftp/read-file.ts';
import type { SftpClient } from './sftp/sftp-client.ts';
import { upload } from './sftp/upload.ts';
import type { StageName } from './stage-name.ts';
import type { Transcript } from './transcript.ts';

/** What the work after the login is told of the run it belongs to. */
export interface WorkRun {
  readonly options: SshOptions;
  readonly pattern: LinearPattern | undefined;
  readonly context: CheckContext;
  readonly watch: Stopwatch<StageName>;
  readonly transcript: Transcript;
  /** Takes facts as they become known, so that a failure has them too. */
  readonly learn: (facts: Readonly<Record<string, Fact>>) => void;
  /** Takes what is measured besides times. */
  readonly measure: (metric: Metric) => void;
  /** Keeps the connection beyond the end of the run, see `Lifeline`. */
  readonly hold: () => Disposable;
  /** What the promise gives, or the session's end. */
  readonly alive: <T>(promise: Promise<T>) => Promise<T>;
  /** The same, or the end of the run, which the session may outlive. */
  readonly withdrawn: <T>(promise: Promise<T>) => Promise<T>;
}

/**
 * Does what the options ask for in a session that is logged in: SFTP, a command.
 *
 * @returns what was done, for the summary
 * @throws SshFault, or the signal's reason
 */
export const doWork = async (session: Session, run: WorkRun): Promise<string> => {
  const { user, sftp: wantsSftp, file, list, upload: folder, command } = run.options;
  const done: string[] = [];
  if (wantsSftp || file !== undefined || list !== undefined || folder !== undefined) {
    const sftp = await openSftp(session, run);
    if (list !== undefined || file !== undefined || folder !== undefined) run.watch.enter('transfer');
    if (list !== undefined) done.push(await look(sftp, list, run));
    if (file !== undefined) done.push(await fetch(sftp, file, run));
    if (folder !== undefined)
      done.push(`${bytes(await upload(sftp, folder, run))} stored, read back and deleted by SFTP`);
    if (done.length === 0) done.push(`SFTP session of ${user}`);
  }
  if (command !== undefined) done.push(await runCommand(session, command, run));
  return done.length > 0 ? done.join(', ') : `logged in as ${user}`;
};

const look = async (sftp: SftpClient, path: string, run: WorkRun): Promise<string> => {
  const { maxAge } = run.options;
  const listing = await run.alive(listFolder(sftp, path));
  const { entries } = listing;
  run.learn({ entries });
  const listed = `${entries} ${entries === 1 ? 'entry' : 'entries'} in ${path}`;
  if (maxAge === undefined) return listed;
  const age = newestAge(listing, path, run.context.clock.wallTime());
  const { name, seconds } = age;
  run.learn({ newest: name });
  run.measure({ label: 'age', value: seconds, unit: 's', critical: new Range(0, maxAge / 1_000), min: 0 });
  if (seconds * 1_000 > maxAge) throw tooOld(age, path, maxAge);
  return `${listed}, the newest file ${seconds} s old`;
};

const fetch = async (sftp: SftpClient, path: string, run: WorkRun): Promise<string> => {
  const { options, pattern, learn, measure } = run;
  const { maxBytes = defaultMaxBytes } = options;
  const mostBytes = Math.min(maxBytes, pattern?.longestBytes ?? maxBytes);
  const content = await run.alive(readFile(sftp, path, mostBytes));
  learn({ size: content.length, sha256: digestOf(content) });
  measure({ label: 'size', value: content.length, unit: 'B' });
  const fault = judgeContent(content, path, { ...options, pattern });
  if (fault) throw fault;
  return `${bytes(content.length)} of ${path} by SFTP`;
};

const bytes = (size: number): string => `${size} ${size === 1 ? 'byte' : 'bytes'}`;
