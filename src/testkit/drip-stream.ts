import { Duplex } from 'node:stream';
import { type Clock, wait } from '../clock/clock.ts';

/** How long a dripping server waits before each byte, in milliseconds. */
export const dripMs = 50;

/** A connection whose outgoing bytes leave one by one, {@link dripMs} apart; what comes in is not delayed. */
export class DripStream extends Duplex {
  readonly #carrier: Duplex;
  readonly #clock: Clock;
  readonly #ended = new AbortController();

  constructor(carrier: Duplex, clock: Clock) {
    super({ allowHalfOpen: false });
    this.#carrier = carrier;
    this.#clock = clock;
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
      await wait(this.#clock, dripMs, this.#ended.signal);
      if (this.#ended.signal.aborted) return;
      this.#carrier.write(Buffer.of(byte));
    }
  }
}
