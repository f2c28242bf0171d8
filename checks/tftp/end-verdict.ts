import type { LinearPattern } from '../../src/checker/index.ts';
import { judgeError } from './error-verdict.ts';
import { type FileCame, fileOf, judgeFile } from './file-verdict.ts';
import { defaultFile, defaultLapBytes, defaultMaxBytes, type TftpOptions } from './options.ts';
import { defaultBlockBytes } from './packet.ts';
import type { Reading } from './read.ts';
import { critical, type Verdict } from './verdict.ts';

/** What a reading is judged by. */
export interface Judging {
  /** Names the target in the summary. */
  readonly label: string;
  readonly port: number;
  readonly options: TftpOptions;
  /** `contentRegex`, compiled. */
  readonly pattern?: LinearPattern | undefined;
  /** The time the run had, in milliseconds. */
  readonly timeoutMs: number;
}

/** From the first request of a reading to its end, in milliseconds. */
export const elapsedMs = ({ lap, exchange }: Reading): number => (lap?.elapsedMs ?? 0) + exchange.elapsedMs;

/** The verdict on how a reading ended. `came` is the file, if one did. */
export const judgeEnd = (reading: Reading, came: FileCame | undefined, judging: Judging): Verdict => {
  const { end, granted } = reading.exchange;
  const { label, options, pattern } = judging;
  const { file = defaultFile, maxBytes = defaultMaxBytes, expectError } = options;
  const seconds = elapsedMs(reading) / 1_000;
  if (expectError !== undefined && (end.kind === 'file' || end.kind === 'too-large'))
    return critical('content-mismatch', `${file} exists, expected ERROR ${expectError}`, 'Name a file that is absent.');
  switch (end.kind) {
    case 'file': {
      const fills = reading.lap && granted?.blksize;
      return judgeFile(came ?? fileOf(end, options, undefined), options, { file, pattern, fills, seconds });
    }
    case 'error':
      return judgeError(file, options, end, seconds);
    case 'too-large':
      return judgeTooLarge(file, maxBytes, pattern?.longestBytes ?? maxBytes);
    case 'options-refused': {
      const remedy = 'Let the server take these options, or do without requireOptions.';
      return critical('options-refused', `${label} does not grant ${end.missing.join(', ')}`, remedy);
    }
    case 'protocol': {
      const remedy = 'What answers there does not speak TFTP as RFC 1350 and 2347 have it.';
      return critical('protocol', `${label} sent ${end.why}`, remedy);
    }
    case 'fault': {
      const { text, ...fault } = end.fault;
      return { ...fault, summary: `${label}: ${text}` };
    }
    case 'silence':
      return judgeSilence(reading, end.blocks, judging);
    case 'wrong-source': {
      const remedy = 'Make the server answer from the address it is asked on, or set sourcePolicy to any.';
      return critical('wrong-source', `${label} was asked, ${end.address} answered`, remedy);
    }
    default:
      return end satisfies never;
  }
};

const judgeSilence = ({ lap, exchange }: Reading, blocks: number, { label, options, timeoutMs }: Judging): Verdict => {
  const { file = defaultFile, blksize = defaultLapBytes } = options;
  const within = `within ${timeoutMs / 1_000} s`;
  // A slow server is not to be taken for a path that drops packets: the large block had twice the time of the small one.
  if (lap && blocks === 0 && exchange.elapsedMs > 2 * lap.elapsedMs)
    return critical(
      'mtu-blackhole',
      `${file}: a block of ${defaultBlockBytes} bytes comes from ${label}, one of ${exchange.granted?.blksize ?? blksize} does not ${within}`,
      'Large packets are lost on the way: let ICMP and fragments through, or lower the largest blksize of the server.',
    );
  return critical(
    'timeout',
    blocks === 0
      ? `no ${exchange.granted ? `block of ${file}` : 'answer'} from ${label} ${within}`
      : `${file}: nothing after block ${blocks} from ${label} ${within}`,
    'Does the TFTP server run, and does a firewall let its answers through? They come from a new port.',
  );
};

const judgeTooLarge = (file: string, maxBytes: number, mostForPattern: number): Verdict => {
  const most = Math.min(maxBytes, mostForPattern);
  const [why, remedy] =
    most < maxBytes
      ? [', too many for the regular expression', 'Name a smaller file, or use a simpler expression.']
      : ['', 'Name a smaller file, or raise maxBytes.'];
  return critical('size-mismatch', `${file} has more than ${most} bytes${why}`, remedy);
};
