import { cleanText } from '../../src/checker/index.ts';
import type { TftpOptions } from './options.ts';
import { critical, judgeTime, type Verdict } from './verdict.ts';

/** What an ERROR packet says. */
export interface ErrorSaid {
  readonly code: number;
  readonly message: Uint8Array;
}

/** Most of an ERROR's text that is shown, in bytes: servers have the path of the file in it. */
const longestText = 1_000;

const lookAtLog = 'Look at the log of the TFTP server.';

/** Judges an ERROR packet about a file, which came `seconds` after the request. */
export const judgeError = (file: string, options: TftpOptions, error: ErrorSaid, seconds: number): Verdict => {
  const { code } = error;
  const text = cleanText(error.message.subarray(0, longestText)).trim();
  const said = `${file}: ERROR ${code}${text && ` ${text}`}`;
  const { expectError } = options;
  if (code === expectError) return judgeTime(said, options, seconds);
  if (expectError !== undefined) return critical('protocol', `${said}, expected ERROR ${expectError}`, lookAtLog);
  // Servers give code 0 to what RFC 1350 has no code for, and some to what it has.
  const means = code === 0 ? codeOfWords(text) : code;
  switch (means) {
    case 1:
      return critical(
        'file-missing',
        said,
        'Put the file into the folder that the server serves, or name another one.',
      );
    case 2:
    case 7:
      return critical('access-denied', said, 'Make the file readable for the user that the TFTP server runs as.');
    case 3:
      return critical('disk-full', said, 'Make room on the disk of the server.');
    case 8:
      return critical('options-refused', said, 'Ask for less (blksize, windowsize), or let the server take options.');
    default:
      return critical('protocol', said, lookAtLog);
  }
};

const codeOfWords = (text: string): number => {
  if (/not found|no such file|is a directory/i.test(text)) return 1;
  if (/permission|denied|access/i.test(text)) return 2;
  if (/no space|disk full|quota/i.test(text)) return 3;
  return 0;
};
