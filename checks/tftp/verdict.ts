import { type CheckResult, cleanText, type KnownReasonCode } from '../../src/checker/index.ts';
import { decodeNetascii } from './netascii.ts';
import type { TftpOptions } from './options.ts';

/** What a result says, before steps and metrics are added. */
export type Verdict = Pick<CheckResult, 'status' | 'code' | 'summary'> & {
  readonly remedy?: string;
  /** Bytes of the file, once it is known. */
  readonly size?: number;
};

/** A CRITICAL verdict. */
export const critical = (code: KnownReasonCode, summary: string, remedy: string): Verdict => ({
  status: 'CRITICAL',
  code,
  summary,
  remedy,
});

const anotherFile = 'The server has another file than expected: look at what it serves.';

/** Judges a file that came, `seconds` after it was asked for. */
export const judgeFile = (file: string, options: TftpOptions, received: Buffer, seconds: number): Verdict => {
  const { content, size, minBytes = 1 } = options;
  const bytes = options.mode === 'netascii' ? decodeNetascii(received) : received;
  const got = `${bytes.length} bytes of ${file}`;
  const mismatch = (code: KnownReasonCode, why: string) => ({
    ...critical(code, `${got}, ${why}`, anotherFile),
    size: bytes.length,
  });
  if (size !== undefined && bytes.length !== size) return mismatch('size-mismatch', `expected ${size}`);
  if (bytes.length < minBytes) return mismatch('size-mismatch', `expected at least ${minBytes}`);
  if (content !== undefined && !bytes.includes(content))
    return mismatch('content-mismatch', `without the expected "${content}"`);
  return { ...judgeTime(got, options, seconds), size: bytes.length };
};

/** Judges an ERROR packet. */
export const judgeError = (
  file: string,
  options: TftpOptions,
  { code, message }: { readonly code: number; readonly message: Uint8Array },
  seconds: number,
): Verdict => {
  const text = cleanText(message).trim();
  const said = `${file}: ERROR ${code}${text && ` ${text}`}`;
  const { expectError } = options;
  if (code === expectError) return judgeTime(said, options, seconds);
  if (expectError !== undefined)
    return critical('protocol', `${said}, expected ERROR ${expectError}`, 'Look at the log of the TFTP server.');
  if (code === 1 || (code === 0 && /not found|no such file|is a directory/i.test(text)))
    return critical('file-missing', said, 'Put the file into the folder that the server serves, or name another one.');
  if (code === 2 || (code === 0 && /permission|denied|access/i.test(text)))
    return critical('access-denied', said, 'Make the file readable for the user that the TFTP server runs as.');
  return critical('protocol', said, 'Look at the log of the TFTP server.');
};

const judgeTime = (what: string, options: TftpOptions, seconds: number): Verdict => {
  const summary = `${what} in ${seconds.toFixed(3)}s`;
  for (const level of ['critical', 'warning'] as const) {
    if (!options[level]?.alerts(seconds)) continue;
    const status = level === 'critical' ? 'CRITICAL' : 'WARNING';
    const remedy = 'Look at the load of the server and of the network.';
    return { status, code: 'slow', summary: `${summary}, outside ${options[level]}`, remedy };
  }
  return { status: 'OK', code: 'ok', summary };
};
