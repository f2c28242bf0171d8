import { Worker } from 'node:worker_threads';
import type { ParsedSource } from './build-source.ts';
import { parseSource } from './parse-source.ts';

/** What the thread is given. */
export interface ParseOrder {
  readonly text: string;
  readonly strictJson: boolean;
}

/** A shorter text is parsed before a thread has started. */
const worthAThread = 64 * 1024;

/** As {@link parseSource}, but a long text is parsed on a thread of its own, so that nothing here has to wait for it. */
export const parseAside = (text: string, strictJson: boolean): Promise<ParsedSource> =>
  new Promise((resolve) => {
    const here = () => resolve(parseSource(text, strictJson));
    if (text.length < worthAThread) {
      here();
      return;
    }
    const order: ParseOrder = { text, strictJson };
    const thread = new Worker(new URL('./parse-thread.js', import.meta.url), {
      workerData: order,
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    thread.once('message', resolve);
    // Without the built file, or without memory for another thread, it has to be done here.
    thread.once('error', here);
  });
