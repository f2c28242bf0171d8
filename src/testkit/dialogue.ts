const longestLine = 512;
const mostLines = 1_000;

/** One who waits for a line. */
interface Waiter {
  readonly match: string | RegExp;
  readonly resolve: (line: string) => void;
  readonly reject: (reason: unknown) => void;
}

/** What a server received, line by line: bounded, and with passwords masked. */
export class Dialogue {
  readonly lines: string[] = [];
  readonly #waiters = new Set<Waiter>();
  #closed = false;

  /** Notes a line, and wakes those who wait for it. */
  note(said: string): void {
    const line = said.replace(/^(\s*PASS\s).*/is, '$1***').slice(0, longestLine);
    this.lines.push(line);
    if (this.lines.length > mostLines) this.lines.shift();
    for (const waiter of this.#waiters)
      if (matches(line, waiter.match)) {
        this.#waiters.delete(waiter);
        waiter.resolve(line);
      }
  }

  /** See `TestServer.received`. */
  received(match: string | RegExp, signal?: AbortSignal): Promise<string> {
    const past = this.lines.find((line) => matches(line, match));
    if (past !== undefined) return Promise.resolve(past);
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(closedWithout(match));
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        this.#waiters.delete(waiter);
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        match,
        resolve: (line) => {
          signal?.removeEventListener('abort', abort);
          resolve(line);
        },
        reject: (reason) => {
          signal?.removeEventListener('abort', abort);
          reject(reason);
        },
      };
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Tells all who still wait that nothing will come. */
  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiters) waiter.reject(closedWithout(waiter.match));
    this.#waiters.clear();
  }
}

/** `search` instead of `test`: it ignores the state of a global expression. */
const matches = (line: string, match: string | RegExp): boolean =>
  typeof match === 'string' ? line === match : line.search(match) >= 0;

const closedWithout = (match: string | RegExp): Error =>
  new Error(`the server closed without having received ${match}`);
