import { Worker } from 'node:worker_threads';
import { inSlices } from '../clock/slices.ts';
import type { ParsedSource } from './build-source.ts';
import { parseFully, parsePlain } from './parse-source.ts';

/** What the thread is given. */
export interface ParseOrder {
  readonly text: string;
  readonly strictJson: boolean;
}

/** A shorter text is parsed before a thread has started. */
const worthAThread = 64 * 1024;

/**
 * As `parseSource`, but nothing here has to wait for a long text: it is read in slices, and what that cannot read is
 * parsed on a thread of its own.
 */
export const parseAside = async (text: string, strictJson: boolean): Promise<ParsedSource> =>
  (await inSlices(parsePlain(text, strictJson))) ??
  (text.length < worthAThread ? parseFully(text, strictJson) : parseOnThread(text, strictJson));

const parseOnThread = (text: string, strictJson: boolean): Promise<ParsedSource> =>
  new Promise((resolve) => {
    const order: ParseOrder = { text, strictJson };
    const thread = new Worker(new URL('./parse-thread.js', import.meta.url), {
      workerData: order,
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    thread.once('message', resolve);
    // Without the built file, or without memory for another thread, it has to be done here.
    thread.once('error', () => resolve(parseFully(text, strictJson)));
  });
