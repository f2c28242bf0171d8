import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '../clock/clock.ts';
import { type Keepsake, keepsakeFile } from '../hook/keepsake.ts';
import { afresh, type BackendRecord, type BackendRecords } from '../journal/backend-record.ts';
import { chapterOf } from '../journal/chapter.ts';
import { FolderLock } from '../journal/folder-lock.ts';
import { inspectJournal } from '../journal/inspect-journal.ts';
import { Journal } from '../journal/journal.ts';
import type { FarmsSettings } from '../journal/journal-entry.ts';
import { readJournal } from '../journal/read-journal.ts';
import { recover } from '../journal/recover.ts';
import { type RecordedResult, ResultRuns } from '../journal/result-runs.ts';
import { pruneSegments } from '../journal/segments.ts';
import { readSnapshot, writeSnapshot } from '../journal/snapshot.ts';
import type { Logger } from '../log/logger.ts';
import { GuardianError } from './guardian-error.ts';

/** How soon a change of health is in the snapshot, and results are in the journal. */
const dirtyMs = 1_000;
/** How often an unchanged snapshot is written anew, so that its age tells when the guardian was last alive. */
const aliveMs = 60_000;
/** Segments of the journal that are kept beside the one that is written: with it, 72 MiB at most. */
const keptSegments = 8;

/** Names of the files in the state folder, and of the folder in it. */
const snapshotName = 'snapshot.json';
const journalName = 'journal.jsonl';
const hooksName = 'hooks';

/** Path of the journal in a state folder. */
export const journalFile = (folder: string): string => join(folder, journalName);

/** What {@link Memory} needs. */
export interface MemoryOptions {
  readonly folder: string;
  /** Older state is not believed. */
  readonly maxAgeMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What there is to remember. */
export interface Watched {
  /** By `FARM/BACKEND`: all of it at one instant. */
  records(): readonly (readonly [string, BackendRecord])[];
  /** The same of backends that are watched no more. */
  former(): BackendRecords;
  /** The settings of all farms. */
  farms(): FarmsSettings;
}

/** What was found in a state folder. */
interface Known {
  readonly records: BackendRecords;
  /** Whether it is young enough to be believed. */
  readonly isFresh: boolean;
}

/** The guardian's memory on disk: a snapshot, and the journal of what happened since. */
export class Memory implements AsyncDisposable {
  readonly journal: Journal;
  /** What was remembered at the start: only the operators' orders when it was too old. */
  readonly recovered: BackendRecords;
  /** Whether that was young enough to be believed. */
  readonly isFresh: boolean;
  readonly #options: MemoryOptions;
  readonly #lock: FolderLock;
  readonly #runs = new ResultRuns();
  #watched: Watched = { records: () => [], former: () => new Map(), farms: () => ({}) };
  #chapters = 0;
  #timer: Timer | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #aliveTimer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();
  #fault: string | undefined;
  #closed = false;

  private constructor(options: MemoryOptions, lock: FolderLock, journal: Journal, known: Known) {
    this.#options = options;
    this.#lock = lock;
    this.journal = journal;
    this.recovered = known.isFresh ? known.records : ordersOf(known.records);
    this.isFresh = known.isFresh;
  }

  /**
   * Opens the memory in a folder, making the folder when there is none.
   *
   * @throws GuardianError when the folder cannot be written, or when another guardian uses it
   */
  static async open(options: MemoryOptions): Promise<Memory> {
    const { folder } = options;
    try {
      await mkdir(folder, { recursive: true, mode: 0o750 });
      await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
      const lock = await FolderLock.take(folder);
      try {
        return await Memory.#recover(options, lock);
      } catch (error) {
        await lock[Symbol.asyncDispose]();
        throw error;
      }
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      throw new GuardianError(`state folder ${folder} cannot be used: ${why}; choose another with stateDir`);
    }
  }

  static async #recover(options: MemoryOptions, lock: FolderLock): Promise<Memory> {
    const { folder, maxAgeMs, clock, log } = options;
    const now = clock.wallTime();
    const found = await readSnapshot(join(folder, snapshotName), now);
    if (!found.snapshot && found.setAside)
      log.warn({ file: found.setAside, why: found.why }, 'the snapshot is not usable: set aside, starting without it');
    const file = journalFile(folder);
    const foreign = await inspectJournal(file, now);
    if (foreign)
      log.warn(
        { file: foreign.setAside, why: foreign.why },
        'the journal is not usable: set aside, starting without it',
      );
    const { records, sequence, seenAt } = await recover(
      found.snapshot,
      readJournal(file, found.snapshot?.sequence ?? 0),
    );
    const ageMs = now - seenAt;
    const isFresh = ageMs <= maxAgeMs;
    if (records.size > 0 && !isFresh) log.warn({ ageMs, maxAgeMs }, 'what was known is too old: starting afresh');
    return new Memory(options, lock, Journal.open(file, sequence, { clock, log }), { records, isFresh });
  }

  /** What a hook of a farm keeps over restarts, under a name of its choice. */
  keepsake(farm: string, name: string): Keepsake {
    return keepsakeFile(join(this.#options.folder, hooksName, farm, `${encodeURIComponent(name)}.json`));
  }

  /** Starts to write snapshots of what is watched. */
  remember(watched: Watched): void {
    this.#watched = watched;
    this.#schedule(aliveMs);
  }

  /** Says that something worth remembering changed: it is in the snapshot within a second. */
  touch(): void {
    this.#schedule(dirtyMs);
  }

  /** Records a result. */
  took(result: RecordedResult): void {
    const entry = this.#runs.take(result);
    if (entry) this.journal.append(entry);
    if (this.#aliveTimer || this.#closed) return;
    this.#aliveTimer = this.#options.clock.setTimer(() => {
      this.#aliveTimer = undefined;
      this.#beginChapter();
      this.journal.append({ type: 'alive', results: this.#runs.takeCount() });
    }, dirtyMs);
  }

  /** From a timer only: in the middle of a decision what is watched and what is written differ. */
  #beginChapter(): void {
    const { rotations } = this.journal;
    if (rotations === this.#chapters) return;
    this.journal.append(chapterOf(this.#watched.farms(), this.#watched.records(), this.#runs.open));
    this.#chapters = rotations;
  }

  /** Ends the recorded runs of results of backends that are watched no more. */
  forget(isWatched: (name: string) => boolean): void {
    for (const entry of this.#runs.end(isWatched)) this.journal.append(entry);
  }

  /** Writes a last snapshot, closes the journal and lets the folder go. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    this.#aliveTimer?.cancel();
    await this.#writing;
    for (const entry of this.#runs.end()) this.journal.append(entry);
    this.journal.append({ type: 'stop' });
    await this.#write();
    this.journal[Symbol.dispose]();
    await this.#lock[Symbol.asyncDispose]();
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
    const records = [...this.#watched.records(), ...this.#watched.former()];
    try {
      const { sequence } = this.journal;
      await writeSnapshot(join(folder, snapshotName), { at: clock.wallTime(), sequence }, records);
      await pruneSegments(journalFile(folder), sequence, keptSegments);
      if (this.#fault) log.info({ folder }, 'snapshot is written again');
      this.#fault = undefined;
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? String(error);
      if (!this.#fault) log.error({ folder, why }, 'snapshot cannot be written: a restart would not know the latest');
      this.#fault = why;
    }
  }
}

const ordersOf = (records: BackendRecords): BackendRecords =>
  new Map(Array.from(records, ([id, record]) => [id, afresh(record, record.definition)]));
