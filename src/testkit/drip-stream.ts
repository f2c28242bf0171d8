import { Duplex } from 'node:stream';
import { type Clock, wait } from '../clock/clock.ts';
import { turn } from '../clock/turn.ts';

/** How long a dripping server waits before each byte, in milliseconds. */
const dripMs = 50;

/** A connection whose outgoing bytes leave one by one, `pauseMs` (0: a turn of the event loop) apart; what comes in is not delayed. */
class DripStream extends Duplex {
  readonly #carrier: Duplex;
  readonly #clock: Clock;
  readonly #pauseMs: number;
  readonly #ended = new AbortController();

  constructor(carrier: Duplex, clock: Clock, pauseMs: number) {
    super({ allowHalfOpen: false });
    this.#carrier = carrier;
    this.#clock = clock;
    this.#pauseMs = pauseMs;
    // As with the carrier, a client that leaves early is no error.
    this.on('error', () => {});
    carrier.on('data', (piece) => this.push(piece) || carrier.pause());
    carrier.once('end', () => this.push(null));
    carrier.once('close', () => this.destroy());
  }

  override _read(): void {
    this.#carrier.resume();
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, done: () => void): void {
    void this.#drip(piece).then(done);
  }

  override _final(done: () => void): void {
    this.#carrier.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#ended.abort();
    this.#carrier.destroy();
    done(error);
  }

  async #drip(piece: Buffer): Promise<void> {
    for (const byte of piece) {
      await (this.#pauseMs > 0 ? wait(this.#clock, this.#pauseMs, this.#ended.signal) : turn());
      if (this.#ended.signal.aborted) return;
      this.#carrier.write(Buffer.of(byte));
    }
  }
}

/** A connection as `drip` (bytes {@link dripMs} apart) and `split` (each byte in a packet of its own) want it. */
export const inPieces = (
  connection: Duplex,
  faults: { has(fault: 'drip' | 'split'): boolean },
  clock: Clock,
): Duplex => {
  if (faults.has('drip')) return new DripStream(connection, clock, dripMs);
  return faults.has('split') ? new DripStream(connection, clock, 0) : connection;
};
