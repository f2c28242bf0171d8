import { cleanBanner } from '../../src/checker/index.ts';

/** How what a server has said so far fits what is expected: yes, not yet, or not any more. */
export type Fit = 'match' | 'perhaps' | 'mismatch';

/** What a greeting must be. */
export interface Expectation {
  /** In UTF-8. */
  readonly texts: readonly Buffer[];
  /** Whether it must begin with the text (the default, 220) or contain it anywhere. */
  readonly atBeginning: boolean;
  /** Whether every text must fit, or any. */
  readonly all: boolean;
}

/** The expectation that options ask for: `220` at the beginning unless texts are given. */
export const expectationOf = ({
  expect,
  all = false,
}: {
  readonly expect?: readonly string[] | undefined;
  readonly all?: boolean | undefined;
}): Expectation =>
  expect?.length ? { texts: expect.map((text) => Buffer.from(text)), atBeginning: false, all } : usual;

const usual: Expectation = { texts: [Buffer.from('220')], atBeginning: true, all: false };

/**
 * Compares what a server said with an expectation, byte by byte and case-sensitively, up to a NUL.
 *
 * @param trace is told each comparison, in the words of check_tcp's `-v`
 */
export const fitOf = (said: Buffer, { texts, atBeginning, all }: Expectation, trace?: (line: string) => void): Fit => {
  const heard = upToNul(said);
  let matches = 0;
  let partial = false;
  for (const text of texts) {
    trace?.(`looking for [${text}] ${atBeginning ? 'in beginning of' : 'anywhere in'} [${showBanner(heard)}]`);
    if (atBeginning ? beginsWith(heard, text) : heard.includes(text)) {
      trace?.('found it');
      matches++;
    } else if (atBeginning && beginsWith(text, heard)) {
      trace?.('found a substring');
      partial = true;
    } else trace?.("couldn't find it");
  }
  if (all ? matches === texts.length : matches > 0) return 'match';
  return partial || !atBeginning ? 'perhaps' : 'mismatch';
};

const beginsWith = (bytes: Buffer, beginning: Buffer): boolean => beginning.every((byte, i) => bytes[i] === byte);

/** The classic plugins end a text where C does. */
export const upToNul = (said: Buffer): Buffer => {
  const nul = said.indexOf(0);
  return nul < 0 ? said : said.subarray(0, nul);
};

/** A banner as the classic plugins show it: its line ends and tabs stay, other control characters do not. */
export const showBanner = (said: Buffer): string => cleanBanner(upToNul(said));
