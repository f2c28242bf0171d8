import { type CheckContext, cleanText } from '../../src/checker/index.ts';

/** Writes the dialogue of a run down as it goes by, each line with the seconds since the beginning. */
export interface Transcript {
  /** A command of ours: `0.012 > USER probe`. */
  sent(command: string): void;
  /** What the server said, a line each: `0.013 < 331 …`. */
  heard(text: string): void;
  /** Anything else that happened: `0.014 = data connection to 10.2.0.11:50021`. */
  note(event: string): void;
}

const nobody: Transcript = { sent() {}, heard() {}, note() {} };

/** Opens the transcript of a run, which begins now. `secret` is masked wherever it occurs. */
export const openTranscript = (
  { clock, transcript: write }: Pick<CheckContext, 'clock' | 'transcript'>,
  secret?: string,
): Transcript => {
  if (!write) return nobody;
  const startedAt = clock.now();
  const mask = (text: string) => (secret ? text.replaceAll(secret, '***') : text);
  const add = (mark: '>' | '<' | '=', text: string) =>
    write(`${((clock.now() - startedAt) / 1_000).toFixed(3)} ${mark} ${cleanText(mask(text))}`);
  return {
    sent: (command) => add('>', command.replace(/^PASS .*/is, 'PASS ***').trimEnd()),
    heard(text) {
      for (const line of text.replace(/\r?\n$/, '').split(/\r?\n/)) add('<', line);
    },
    note: (event) => add('=', event),
  };
};
