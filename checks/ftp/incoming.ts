import type { Socket } from 'node:net';
import type { CheckContext } from '../../src/checker/index.ts';

/** Bytes that one read of the classic plugin takes at most: a greeting that fits in the first is shown to there. */
const pieceBytes = 1024;

/** What a read ended with instead of bytes. */
export type NoBytes = 'ended' | 'reset' | 'quiet';

/** After any of these there may be something to read, or there will be nothing more. */
const arrivals = ['readable', 'end', 'close'] as const;

/** Reads a socket piece by piece, at the reader's pace, so that an endless stream costs no memory. */
export class Incoming {
  readonly #socket: Socket;
  readonly #context: CheckContext;
  #held = Buffer.alloc(0);

  constructor(socket: Socket, context: CheckContext) {
    this.#socket = socket;
    this.#context = context;
  }

  /**
   * The next piece, of at most 1024 bytes.
   *
   * @param quietMs how long the server may be silent; for ever when absent
   * @throws the signal's reason
   */
  async next(quietMs?: number): Promise<Buffer | NoBytes> {
    if (this.#held.length === 0) {
      const arrived = await this.#arrival(quietMs);
      if (typeof arrived === 'string') return arrived;
      this.#held = arrived;
    }
    const piece = this.#held.subarray(0, pieceBytes);
    this.#held = this.#held.subarray(pieceBytes);
    return piece;
  }

  #arrival(quietMs: number | undefined): Promise<Buffer<ArrayBuffer> | NoBytes> {
    const { signal, clock } = this.#context;
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      const look = () => {
        const bytes = socket.read() as Buffer<ArrayBuffer> | null;
        if (bytes) settle(bytes);
        else if (signal.aborted) fail(signal.reason);
        else if (socket.errored) settle('reset');
        else if (socket.readableEnded || socket.destroyed) settle('ended');
      };
      const timer = quietMs === undefined ? undefined : clock.setTimer(() => settle('quiet'), quietMs);
      const done = () => {
        timer?.cancel();
        for (const event of arrivals) socket.off(event, look);
      };
      const settle = (outcome: Buffer<ArrayBuffer> | NoBytes) => {
        done();
        resolve(outcome);
      };
      const fail = (reason: unknown) => {
        done();
        reject(reason);
      };
      for (const event of arrivals) socket.on(event, look);
      look();
    });
  }
}
