import type { Check } from '../checker/checker.ts';
import { cleanText } from '../checker/clean-text.ts';
import { result } from '../checker/result.ts';
import { type CheckOutcome, type RunOptions, runCheck } from '../checker/run-check.ts';
import type { Clock, Timer } from '../clock/clock.ts';
import { Limiter } from '../schedule/limiter.ts';
import type { CheckerPlace } from './message.ts';
import { CheckerUnavailable, runAlone, runOnThread } from './run-on-thread.ts';
import { ThreadLost } from './thread-lost.ts';
import { WorkerThread } from './worker-thread.ts';

/** How large a pool is. */
export interface PoolOptions {
  readonly clock: Clock;
  /** Threads for checks in company. Default 2. */
  readonly threads?: number;
  /** Threads for checks that have to run alone, as well. Default 2. */
  readonly aloneThreads?: number;
  /** Runs that share a thread at most. Default 64. */
  readonly runsPerThread?: number;
  /** Largest heap of a thread, in MiB. Default 128. */
  readonly memoryMb?: number;
  /** How long a thread without a run is kept, in milliseconds. Default 1 min. */
  readonly idleMs?: number;
  /** The module that threads begin with. */
  readonly entry?: URL | string;
}

/** Who uses a thread. */
interface Seats {
  /** How many runs. */
  taken: number;
  /** Set while there is none: ends the thread after a while. */
  idle?: Timer;
}

/** A second thread is started once each has so many runs. */
const crowd = 8;

/** So many good runs alone, in a row, and a suspect may go back into company. */
const probation = 10;

/**
 * Runs checks: most of them here, and on worker threads those whose checker says that they may get stuck in somebody
 * else's code. Many runs share a thread. When it is lost, all of them are begun again on another, and the one it
 * worked for runs alone from then on: nobody is judged by what happened in company.
 */
export class CheckPool implements AsyncDisposable {
  readonly #settings: Required<PoolOptions>;
  readonly #company: Limiter;
  readonly #alone: Limiter;
  readonly #threads = new Map<WorkerThread, Seats>();
  readonly #suspects = new WeakMap<Check, number>();
  readonly #unavailable = new Set<string>();
  readonly #closing = new AbortController();

  constructor(options: PoolOptions) {
    const entry = new URL('./entry.js', import.meta.url);
    const defaults = { threads: 2, aloneThreads: 2, runsPerThread: 64, memoryMb: 128, idleMs: 60_000, entry };
    this.#settings = { ...defaults, ...options };
    this.#company = new Limiter(this.#settings.threads * this.#settings.runsPerThread);
    this.#alone = new Limiter(this.#settings.aloneThreads);
  }

  /** How many threads stand ready for checks in company. */
  get threads(): number {
    return this.#threads.size;
  }

  /** As `runCheck`. Time spent waiting for a thread does not count; a run begun again has its whole time again. */
  run(check: Check, options: RunOptions): Promise<CheckOutcome> {
    const { isolation, name: checker } = check.checker;
    if (!isolation?.applies(check.options)) return runCheck(check, options);
    return this.#runIsolated({ module: isolation.module, checker }, check, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    const threads = [...this.#threads];
    this.#threads.clear();
    await Promise.all(
      threads.map(([thread, { idle }]) => {
        idle?.cancel();
        return thread.end();
      }),
    );
  }

  async #runIsolated(place: CheckerPlace, check: Check, options: RunOptions): Promise<CheckOutcome> {
    try {
      for (;;) {
        if (this.#closing.signal.aborted || options.signal?.aborted) return 'cancelled';
        if (this.#unavailable.has(place.module)) return await runCheck(check, options);
        const outcome = this.#suspects.has(check)
          ? await this.#alone.run(() => this.#runAlone(place, check, options))
          : await this.#company.run(() => this.#runInCompany(place, check, options));
        if (outcome !== 'again') return outcome;
      }
    } catch (error) {
      if (error instanceof CheckerUnavailable || isNoModule(error)) return this.#runHere(place, check, options, error);
      if (error instanceof ThreadLost) return error.why === 'ended' ? 'cancelled' : notStarted(error);
      throw error;
    }
  }

  async #runInCompany(place: CheckerPlace, check: Check, options: RunOptions): Promise<CheckOutcome | 'again'> {
    const thread = this.#takeSeat();
    try {
      const { memoryMb } = this.#settings;
      const { outcome, lost } = await runOnThread(thread, place, check, { ...options, memoryMb });
      if (outcome === 'cancelled' || !lost) return outcome;
      if (lost.suspect) this.#suspects.set(check, probation);
      return 'again';
    } catch (error) {
      // Another run's end, before this one had begun.
      if (error instanceof ThreadLost && thread.ready) return 'again';
      throw error;
    } finally {
      this.#leaveSeat(thread);
    }
  }

  async #runAlone(place: CheckerPlace, check: Check, options: RunOptions): Promise<CheckOutcome> {
    const { outcome, lost } = await runAlone(place, check, options, this.#settings);
    const left = lost ? probation : (this.#suspects.get(check) ?? 0) - 1;
    if (left > 0) this.#suspects.set(check, left);
    else this.#suspects.delete(check);
    return outcome;
  }

  /** A seat in the thread with the fewest runs, or in a new one when it is crowded. */
  #takeSeat(): WorkerThread {
    const threads = [...this.#threads].filter(([{ lost }]) => !lost).sort(([, a], [, b]) => a.taken - b.taken);
    const [least] = threads;
    if (least && (least[1].taken < crowd || threads.length >= this.#settings.threads)) {
      const [thread, seats] = least;
      seats.taken++;
      seats.idle?.cancel();
      return thread;
    }
    const thread = new WorkerThread(this.#settings);
    this.#threads.set(thread, { taken: 1 });
    return thread;
  }

  #leaveSeat(thread: WorkerThread): void {
    const seats = this.#threads.get(thread);
    if (!seats) return;
    seats.taken--;
    const end = () => {
      this.#threads.delete(thread);
      void thread.end();
    };
    if (thread.lost) this.#threads.delete(thread);
    else if (seats.taken === 0) seats.idle = this.#settings.clock.setTimer(end, this.#settings.idleMs);
  }

  /** Whoever has bundled this package has no file that a thread could begin with: their checks still run. */
  #runHere({ module }: CheckerPlace, check: Check, options: RunOptions, why: unknown): Promise<CheckOutcome> {
    if (!this.#unavailable.has(module))
      options.log?.warn(
        { checker: check.checker.name, module, err: why },
        'no worker thread for this checker: it runs in the main thread, where a server can make it get stuck',
      );
    this.#unavailable.add(module);
    return runCheck(check, options);
  }
}

const noModule = new Set(['ERR_MODULE_NOT_FOUND', 'ERR_UNKNOWN_FILE_EXTENSION', 'MODULE_NOT_FOUND']);

const isNoModule = (error: unknown): boolean =>
  error instanceof ThreadLost && noModule.has(String((error.cause as NodeJS.ErrnoException | undefined)?.code));

const notStarted = ({ cause, why }: ThreadLost) =>
  result({
    status: 'UNKNOWN',
    code: 'local-fault',
    summary: `cannot start a worker thread: ${cleanText(cause instanceof Error ? cause.message : why)}`,
    remedy: 'This machine is short of memory or threads (MemoryMax=, TasksMax= of the unit).',
  });
