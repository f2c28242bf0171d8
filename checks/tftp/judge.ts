import { type CheckResult, type Metric, result } from '../../src/checker/index.ts';
import type { Exchange } from './exchange.ts';
import { defaultFile, defaultMaxBytes, type TftpOptions } from './options.ts';
import { critical, judgeError, judgeFile, type Verdict } from './verdict.ts';

/**
 * The result of an exchange.
 *
 * @param label names the target in the summary
 * @param timeoutMs the time the run had, in milliseconds
 */
export const judge = (label: string, options: TftpOptions, exchange: Exchange, timeoutMs: number): CheckResult => {
  const { requests, strangers, answerMs, elapsedMs } = exchange;
  const { size, ...verdict } = judgeEnd(label, options, exchange, timeoutMs / 1_000);
  const { warning, critical } = options;
  const decided = verdict.status === 'OK' ? {} : { code: verdict.code };
  const metrics: Metric[] = [];
  if (answerMs !== undefined) {
    const value = elapsedMs / 1_000;
    metrics.push({ label: 'time', value, unit: 's', warning, critical, min: 0, max: timeoutMs / 1_000 });
  }
  if (size !== undefined) metrics.push({ label: 'size', value: size, unit: 'B' });
  return result({
    ...verdict,
    steps:
      answerMs === undefined
        ? [{ name: 'answer', durationMs: elapsedMs, ...decided }]
        : [
            { name: 'answer', durationMs: answerMs },
            { name: 'transfer', durationMs: elapsedMs - answerMs, ...decided },
          ],
    metrics,
    facts: { requests, strangers },
  });
};

const judgeEnd = (label: string, options: TftpOptions, { end, elapsedMs }: Exchange, timeoutS: number): Verdict => {
  const { file = defaultFile, maxBytes = defaultMaxBytes, expectError } = options;
  if (expectError !== undefined && (end.kind === 'file' || end.kind === 'too-large'))
    return critical('content-mismatch', `${file} exists, expected ERROR ${expectError}`, 'Name a file that is absent.');
  switch (end.kind) {
    case 'file':
      return judgeFile(file, options, end.bytes, elapsedMs / 1_000);
    case 'error':
      return judgeError(file, options, end, elapsedMs / 1_000);
    case 'too-large': {
      const remedy = 'Name a smaller file, or raise maxBytes.';
      return critical('size-mismatch', `${file} has more than ${maxBytes} bytes`, remedy);
    }
    case 'protocol': {
      const remedy = 'What answers there does not speak TFTP as RFC 1350 has it.';
      return critical('protocol', `${label} sent ${end.why}`, remedy);
    }
    case 'fault': {
      const { text, ...fault } = end.fault;
      return { ...fault, summary: `${label}: ${text}` };
    }
    case 'silence':
      return critical(
        'timeout',
        end.blocks === 0
          ? `no answer from ${label} within ${timeoutS} s`
          : `${file}: nothing after block ${end.blocks} from ${label} within ${timeoutS} s`,
        'Does the TFTP server run, and does a firewall let its answers through? They come from a new port.',
      );
    case 'wrong-source': {
      const remedy = 'Make the server answer from the address it is asked on, or set sourcePolicy to any.';
      return critical('wrong-source', `${label} was asked, ${end.address} answered`, remedy);
    }
    default:
      return end satisfies never;
  }
};
