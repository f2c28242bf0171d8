import { compilePattern, type LinearPattern, PatternSyntaxError } from '../../src/checker/index.ts';
import type { Control } from './control.ts';
import { DeepFailure, outOfProtocol } from './deep-failure.ts';
import { defaultMaxBytes, type FtpOptions } from './options.ts';
import { openSentinel, otherContent } from './sentinel.ts';
import { transfer } from './transfer.ts';
import type { WorkRun } from './work.ts';

/** What a run knows of the file it reads: reading it again must give the same. */
export interface FileReading {
  /** Bytes that the latest reading gave. */
  readonly size: number;
  /**
   * Reads the file once (RETR) and judges it on the way.
   *
   * @throws DeepFailure, or the signal's reason
   */
  again(): Promise<void>;
}

/** Prepares the reading of a file in binary, as often as wanted. Learns `size` and `sha256`. */
export const openReading = async (control: Control, file: string, run: WorkRun): Promise<FileReading> => {
  const { maxBytes = defaultMaxBytes, content, sha256, minBytes, contentRegex } = run.options;
  const pattern = await patternOf(contentRegex);
  let size = 0;
  let first: string | undefined;
  return {
    get size() {
      return size;
    },
    async again() {
      const sentinel = openSentinel(file, { content, sha256, minBytes, maxBytes, pattern });
      run.learn(await transfer(control, { command: `RETR ${file}`, receive: sentinel.sink }, run));
      run.watch.enter('content');
      size = sentinel.size;
      const digest = sentinel.sha256();
      run.learn({ size, sha256: digest });
      const failure = sentinel.verdict(digest);
      if (failure) throw failure;
      first ??= digest;
      if (first !== digest) throw otherContent(`${file} is another than the time before: its SHA-256 is ${digest}`);
    },
  };
};

/**
 * Switches to binary transfers (RFC 959, 3.1.1.3).
 *
 * @throws DeepFailure
 */
export const useBinary = async (control: Control, { watch, context }: WorkRun): Promise<void> => {
  watch.enter('data');
  const reply = await control.ask('TYPE I');
  context.signal.throwIfAborted();
  if (reply.code !== 200) throw outOfProtocol(`binary transfer refused: ${reply.said}`);
};

const patternOf = async (source: FtpOptions['contentRegex']): Promise<LinearPattern | undefined> => {
  if (source === undefined) return undefined;
  try {
    return await compilePattern(source);
  } catch (error) {
    if (!(error instanceof PatternSyntaxError)) throw error;
    throw new DeepFailure('UNKNOWN', 'local-fault', `contentRegex ${error.message}`, 'Correct the regular expression.');
  }
};
