import type { OnReadOpts, Socket } from 'node:net';
import type { CheckContext } from '../../src/checker/index.ts';

/** Bytes that one read of the classic plugin takes at most: a greeting that fits in the first is shown to there. */
const pieceBytes = 1024;

/** How many pieces are held for a reader that has not come for them yet. */
const mostPieces = 64;

/** What a read ended with instead of bytes. */
export type NoBytes = 'ended' | 'reset' | 'quiet';

/** Every socket reads into this; what it has read is copied before the next one does. */
const buffer = Buffer.alloc(pieceBytes);

/** Reads a socket piece by piece, at the reader's pace, so that an endless stream costs no memory. */
export class Incoming {
  readonly #context: CheckContext;
  readonly #pieces: Buffer[] = [];
  #socket: Socket | undefined;
  #look: (() => void) | undefined;
  #isFull = false;
  #isDone = false;

  constructor(context: CheckContext) {
    this.#context = context;
  }

  /** For a socket that is about to connect: it hands its bytes over at a third of the cost of a stream's. */
  get onread(): OnReadOpts {
    return { buffer, callback: (bytes) => this.#take(Buffer.from(buffer.subarray(0, bytes))) };
  }

  /** Hears of the end of its socket, and of the bytes of one that was not given {@link onread}. */
  listen(socket: Socket, hasOnread: boolean): void {
    this.#socket = socket;
    const look = () => this.#look?.();
    socket.on('end', look);
    socket.on('close', look);
    if (hasOnread) return;
    socket.on('data', (bytes: Buffer) => {
      for (let from = 0; from < bytes.length; from += pieceBytes)
        if (!this.#take(bytes.subarray(from, from + pieceBytes))) socket.pause();
    });
  }

  /**
   * The next piece, of at most 1024 bytes.
   *
   * @param quietMs how long the server may be silent; for ever when absent
   * @throws the signal's reason
   */
  next(quietMs?: number): Promise<Buffer | NoBytes> {
    const { stop, clock } = this.#context;
    return new Promise((resolve, reject) => {
      const look = (otherwise?: NoBytes) => {
        const found = this.#pieces.shift() ?? (stop.aborted ? 'stopped' : (this.#end() ?? otherwise));
        if (found === undefined) return;
        this.#look = undefined;
        timer?.cancel();
        if (this.#pieces.length === 0) this.#makeRoom();
        if (found === 'stopped') reject(stop.reason);
        else resolve(found);
      };
      const timer = quietMs === undefined ? undefined : clock.setTimer(() => look('quiet'), quietMs);
      this.#look = look;
      look();
    });
  }

  /** Wants no more pieces; what still comes is read and dropped. */
  done(): void {
    this.#isDone = true;
    this.#makeRoom();
  }

  /** What the socket has come to. */
  #end(): NoBytes | undefined {
    if (this.#socket?.errored) return 'reset';
    return this.#socket?.readableEnded || this.#socket?.destroyed ? 'ended' : undefined;
  }

  #take(piece: Buffer): boolean {
    if (this.#isDone) return true;
    this.#pieces.push(piece);
    this.#look?.();
    this.#isFull = this.#pieces.length >= mostPieces;
    return !this.#isFull;
  }

  #makeRoom(): void {
    if (this.#isFull) this.#socket?.resume();
    this.#isFull = false;
  }
}
