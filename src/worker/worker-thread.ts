import { Worker } from 'node:worker_threads';
import { type CheckContext, DeadlineExceeded, type Target } from '../checker/checker.ts';
import type { CheckResult } from '../checker/result.ts';
import type { Clock, Timer } from '../clock/clock.ts';
import { type CheckerPlace, type Order, placeKey, type Report } from './message.ts';
import { pack } from './pack.ts';
import { Pulse } from './pulse.ts';
import { Stillness } from './stillness.ts';
import { type LossCause, ThreadLost } from './thread-lost.ts';
import { ThreadRun } from './thread-run.ts';

/** What a worker thread is started with. */
export interface ThreadSettings {
  /** The module that it begins with; it calls `serveRuns`. */
  readonly entry: URL | string;
  /** Largest heap, in MiB. */
  readonly memoryMb: number;
  readonly clock: Clock;
  /** Whether it runs one check only, which may then be stuck until its time is up. Default false. */
  readonly alone?: boolean;
}

/** How often a busy thread is looked at, and how long it may stand still before it counts as stuck; milliseconds. */
const lookMs = 250;
const stillMs = 1_000;

/** How long it may take to hear that a run's time is up, in milliseconds. */
const hearingMs = 300;

/** A thread that runs checks, and is given up once it is stuck: 1 s after its event loop has stopped, if not before. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #alone: boolean;
  readonly #pulse = new Pulse();
  readonly #stillness: Stillness;
  readonly #preparing = new Map<string, (outcome: string | undefined | ThreadLost) => void>();
  readonly #prepared = new Map<string, Promise<string | undefined>>();
  readonly #runs = new Map<number, ThreadRun>();
  readonly #ended: Promise<void>;
  #lastRun = 0;
  #ready = false;
  #looks: Timer | undefined;
  #loss: { readonly why: LossCause; readonly thrown: unknown } | undefined;

  constructor({ entry, memoryMb, clock, alone = false }: ThreadSettings) {
    this.#clock = clock;
    this.#alone = alone;
    this.#stillness = new Stillness(this.#pulse, clock);
    this.#worker = new Worker(entry, {
      name: 'farm-guardian checks',
      workerData: { pulse: this.#pulse.words, alone },
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: Math.ceil(memoryMb / 8) },
    });
    this.#worker.on('message', (report: Report) => this.#take(report));
    this.#worker.on('error', (error: NodeJS.ErrnoException) =>
      this.#lose(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'crash', error),
    );
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#lose('ended');
        resolve();
      });
    });
    this.#worker.unref();
  }

  /** Whether it has ever answered. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Whether it is of no more use. */
  get lost(): boolean {
    return this.#loss !== undefined;
  }

  /**
   * Loads a checker; gives why it cannot be had, `undefined` once it is there.
   *
   * @throws ThreadLost
   */
  prepare(place: CheckerPlace): Promise<string | undefined> {
    const key = placeKey(place);
    const known = this.#prepared.get(key);
    if (known) return known;
    const prepared = new Promise<string | undefined>((resolve, reject) => {
      if (this.#loss) return reject(this.#lossOf(0));
      this.#preparing.set(key, (outcome) => (outcome instanceof ThreadLost ? reject(outcome) : resolve(outcome)));
      this.#post({ type: 'prepare', place });
      this.#holdProcess();
    });
    this.#prepared.set(key, prepared);
    return prepared;
  }

  /**
   * Runs a check whose checker is prepared.
   *
   * @throws ThreadLost, or what the checker threw
   */
  async run(place: CheckerPlace, target: Target, options: unknown, context: CheckContext): Promise<CheckResult> {
    const run = ++this.#lastRun;
    if (this.#loss) throw this.#lossOf(run);
    const { signal, timeoutMs } = context;
    const kept = new ThreadRun(context, () => this.#post({ type: 'rested', run }));
    this.#runs.set(run, kept);
    const said = { verbose: context.verbose !== undefined, transcript: context.transcript !== undefined };
    this.#post({
      type: 'run',
      run,
      what: { place, target: plainTarget(target), options: pack(options), timeoutMs, ...said },
    });
    this.#holdProcess();
    if (!this.#looks) this.#stillness.begin();
    this.#looks ??= this.#look();
    let hearing: Timer | undefined;
    const abort = () => {
      hearing = this.#abort(run, signal.reason);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    try {
      return await kept.ended;
    } finally {
      hearing?.cancel();
      signal.removeEventListener('abort', abort);
    }
  }

  /** Ends it, whatever it does. */
  async end(): Promise<void> {
    this.#lose('ended');
    await this.#ended;
  }

  #take(report: Report): void {
    if (report.type === 'prepared') {
      const key = placeKey(report.place);
      this.#ready = true;
      this.#preparing.get(key)?.(report.fault);
      this.#preparing.delete(key);
    } else if (this.#runs.get(report.run)?.take(report)) this.#runs.delete(report.run);
    this.#holdProcess();
  }

  #abort(run: number, reason: unknown): Timer {
    this.#post({ type: 'abort', run, reason: reason instanceof DeadlineExceeded ? 'deadline' : 'cancelled' });
    this.#stillness.lookMs();
    return this.#clock.setTimer(() => {
      if (this.#stillness.lookMs() > hearingMs / 2) this.#lose(this.#stillness.cause);
    }, hearingMs);
  }

  #look(): Timer {
    return this.#clock.setTimer(() => {
      this.#looks = undefined;
      if (this.#runs.size === 0 || this.#loss) return;
      const stuck = this.#stillness.lookMs() >= stillMs && !this.#alone && this.#stillness.cause === 'stuck';
      if (stuck) this.#lose('stuck');
      else this.#looks = this.#look();
    }, lookMs);
  }

  #lose(why: LossCause, thrown?: unknown): void {
    if (this.#loss) return;
    this.#loss = { why, thrown };
    this.#looks?.cancel();
    void this.#worker.terminate();
    for (const fail of this.#preparing.values()) fail(this.#lossOf(0));
    const known = this.#runs.has(this.#pulse.current);
    for (const [run, kept] of this.#runs) kept.fail(this.#lossOf(run, known, kept.stage));
    this.#runs.clear();
    this.#preparing.clear();
  }

  #lossOf(run: number, known = false, stage?: string): ThreadLost {
    const { why, thrown } = this.#loss ?? { why: 'ended' };
    return new ThreadLost(why, { suspect: !known || run === this.#pulse.current, stage }, thrown);
  }

  #post(order: Order): void {
    this.#worker.postMessage(order);
  }

  /** An idle thread must not keep the process alive, a busy one must, and one that is to end, until it has ended. */
  #holdProcess(): void {
    // What it said behind its result still comes.
    if (this.#loss) return;
    if (this.#runs.size + this.#preparing.size > 0) this.#worker.ref();
    else this.#worker.unref();
  }
}

/** A target need not be a plain object: what has a host and a port will do. */
const plainTarget = ({ host, port, family, source, label }: Target): Target => ({ host, port, family, source, label });
