import { type CheckContext, cleanText } from '../../src/checker/index.ts';
import { maskWith } from './mask.ts';

/** Writes the dialogue of a run down as it goes by, each line with the seconds since the beginning. */
export interface Transcript {
  /** What we said: `0.012 > SSH-2.0-check_ssh_0.1.0`. */
  sent(text: string): void;
  /** What the server said: `0.013 < …`. */
  heard(text: string): void;
  /** Anything else that happened: `0.014 = …`. */
  note(event: string): void;
}

/** Opens the transcript of a run, which begins now. The secrets are masked wherever they occur. */
export const openTranscript = (
  { clock, transcript: write }: Pick<CheckContext, 'clock' | 'transcript'>,
  secrets: readonly string[] = [],
): Transcript => {
  if (!write) return { sent() {}, heard() {}, note() {} };
  const startedAt = clock.now();
  const mask = maskWith(secrets);
  const add = (mark: '>' | '<' | '=') => (text: string) =>
    write(`${((clock.now() - startedAt) / 1_000).toFixed(3)} ${mark} ${cleanText(mask(text))}`);
  return { sent: add('>'), heard: add('<'), note: add('=') };
};
