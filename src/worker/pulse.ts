/** Where in the shared words what stands. */
const at = { beats: 0, current: 1, systemId: 2 } as const;

/**
 * What a thread shows of itself without a word, so that it can be seen even when it is stuck: that its event loop
 * turns, and for which of its runs it works.
 */
export class Pulse {
  /** What both sides share. */
  readonly words: Int32Array;

  /** @param words those of the other side; new ones when absent */
  constructor(words: Int32Array = new Int32Array(new SharedArrayBuffer(12))) {
    this.words = words;
  }

  /** Counted up while the event loop turns. */
  get beats(): number {
    return Atomics.load(this.words, at.beats);
  }

  beat(): void {
    Atomics.add(this.words, at.beats, 1);
  }

  /** The run that the thread works for, or has worked for last; 0 for none. */
  get current(): number {
    return Atomics.load(this.words, at.current);
  }

  set current(run: number) {
    Atomics.store(this.words, at.current, run);
  }

  /** The number that the system gave the thread; 0 where that is not known. */
  get systemId(): number {
    return Atomics.load(this.words, at.systemId);
  }

  set systemId(id: number) {
    Atomics.store(this.words, at.systemId, id);
  }
}
