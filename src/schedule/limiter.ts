/** Lets at most `width` tasks run at once; the others wait in the order they came. */
export class Limiter {
  readonly #width: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(width: number) {
    this.#width = width;
  }

  /** How many tasks wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Runs `task` as soon as there is room, and passes on what it gives or throws. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < this.#width) this.#running++;
    else await new Promise<void>((turn) => this.#waiting.push(turn));
    try {
      return await task();
    } finally {
      // The place is handed on rather than freed, so that nobody can slip in between.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
