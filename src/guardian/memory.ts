import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '../clock/clock.ts';
import type { BackendRecords } from '../journal/backend-record.ts';
import { Journal, readJournal } from '../journal/journal.ts';
import { recover } from '../journal/recover.ts';
import { readSnapshot, writeSnapshot } from '../journal/snapshot.ts';
import type { Logger } from '../log/logger.ts';
import { GuardianError } from './guardian-error.ts';

/** How soon a change of health is in the snapshot. */
const dirtyMs = 1_000;
/** How often an unchanged snapshot is written anew, so that its age tells when the guardian was last alive. */
const aliveMs = 10_000;

/** What {@link Memory} needs. */
export interface MemoryOptions {
  readonly folder: string;
  /** Older state is not believed. */
  readonly maxAgeMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The guardian's memory on disk: a snapshot, and the journal of what happened since. */
export class Memory implements AsyncDisposable {
  readonly journal: Journal;
  /** What was remembered at the start: nothing when it was too old. */
  readonly recovered: BackendRecords;
  readonly #options: MemoryOptions;
  #take: () => BackendRecords = () => new Map();
  #timer: Timer | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #writing: Promise<void> = Promise.resolve();
  #fault: string | undefined;
  #closed = false;

  private constructor(options: MemoryOptions, journal: Journal, recovered: BackendRecords) {
    this.#options = options;
    this.journal = journal;
    this.recovered = recovered;
  }

  /**
   * Opens the memory in a folder, making the folder when there is none.
   *
   * @throws GuardianError when the folder cannot be written
   */
  static async open(options: MemoryOptions): Promise<Memory> {
    const { folder, maxAgeMs, clock, log } = options;
    try {
      await mkdir(folder, { recursive: true, mode: 0o750 });
      await access(folder, constants.W_OK | constants.X_OK);
      const found = await readSnapshot(join(folder, 'snapshot.json'), clock.wallTime());
      if (!found.snapshot && found.setAside)
        log.warn(
          { file: found.setAside, why: found.why },
          'the snapshot is not usable: set aside, starting without it',
        );
      const journalFile = join(folder, 'journal.jsonl');
      const { records, sequence, seenAt } = await recover(
        found.snapshot,
        readJournal(journalFile, found.snapshot?.sequence ?? 0),
      );
      const ageMs = clock.wallTime() - seenAt;
      const fresh = ageMs <= maxAgeMs;
      if (records.size > 0 && !fresh) log.warn({ ageMs, maxAgeMs }, 'what was known is too old: starting afresh');
      return new Memory(options, Journal.open(journalFile, sequence, { clock, log }), fresh ? records : new Map());
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      throw new GuardianError(`state folder ${folder} cannot be used: ${why}; choose another with stateDir`);
    }
  }

  /** Starts to write snapshots of what `take` gives. */
  remember(take: () => BackendRecords): void {
    this.#take = take;
    this.#schedule(aliveMs);
  }

  /** Says that something worth remembering changed: it is in the snapshot within a second. */
  touch(): void {
    this.#schedule(dirtyMs);
  }

  /** Writes a last snapshot and closes the journal. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#writing;
    await this.#write();
    this.journal[Symbol.dispose]();
  }

  #schedule(delayMs: number): void {
    const at = this.#options.clock.now() + delayMs;
    if (this.#closed || at >= this.#dueAt) return;
    this.#timer?.cancel();
    this.#dueAt = at;
    this.#timer = this.#options.clock.setTimer(() => {
      this.#dueAt = Number.POSITIVE_INFINITY;
      this.#writing = this.#writing.then(() => this.#write()).then(() => this.#schedule(aliveMs));
    }, delayMs);
  }

  async #write(): Promise<void> {
    const { folder, clock, log } = this.#options;
    const records = Object.fromEntries(this.#take());
    try {
      const { sequence } = this.journal;
      await writeSnapshot(join(folder, 'snapshot.json'), { at: clock.wallTime(), sequence, records });
      if (this.#fault) log.info({ folder }, 'snapshot is written again');
      this.#fault = undefined;
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? String(error);
      if (!this.#fault) log.error({ folder, why }, 'snapshot cannot be written: a restart would not know the latest');
      this.#fault = why;
    }
  }
}
