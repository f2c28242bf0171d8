import { oneLine } from '../checker/clean-text.ts';
import type { Status } from '../checker/status.ts';
import { isoTime } from '../clock/iso-time.ts';
import type { JournalEvent, RunEnd } from './journal-entry.ts';

/** A result as the journal records it. */
export interface RecordedResult {
  /** `FARM/BACKEND`. */
  readonly id: string;
  readonly farm: string;
  readonly backend: string;
  readonly status: Status;
  readonly code: string;
  readonly summary: string;
  /** When the check began, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
}

/** A run of equal results that has not ended. */
export interface OpenRun extends Pick<RecordedResult, 'farm' | 'backend' | 'status' | 'code' | 'durationMs'> {
  /** How many results it was so far. */
  count: number;
  /** When the last of them began. */
  until: number;
}

/**
 * Run-length encoding of results: ten thousand backends that are well every second leave one entry each, however long
 * it lasts. What tells runs apart is status and code.
 */
export class ResultRuns {
  readonly #runs = new Map<string, OpenRun>();
  #fresh = 0;

  /** Takes a result; gives the entry to write when it begins a new run. */
  take(result: RecordedResult): JournalEvent | undefined {
    const { id, farm, backend, status, code, summary, startedAt, durationMs } = result;
    const run = this.#runs.get(id);
    this.#fresh++;
    if (run?.status === status && run.code === code) {
      run.count++;
      run.until = startedAt;
      return undefined;
    }
    this.#runs.set(id, { farm, backend, status, code, durationMs, count: 1, until: startedAt });
    return {
      type: 'result',
      farm,
      backend,
      status,
      code,
      summary: oneLine(summary),
      durationMs: Math.round(durationMs),
      ...(run && { after: endOf(run) }),
    };
  }

  /** The runs that have not ended, by `FARM/BACKEND`. */
  get open(): ReadonlyMap<string, OpenRun> {
    return this.#runs;
  }

  /** How many results came since this was asked last. */
  takeCount(): number {
    const count = this.#fresh;
    this.#fresh = 0;
    return count;
  }

  /** Ends the runs of the backends that `watched` does not name, all of them by default; gives the entries to write. */
  end(watched: (name: string) => boolean = () => false): JournalEvent[] {
    const ended = [...this.#runs].filter(([name]) => !watched(name));
    for (const [name] of ended) this.#runs.delete(name);
    return ended.map(([, run]) => {
      const { farm, backend } = run;
      return { type: 'results', farm, backend, ...endOf(run) };
    });
  }
}

const endOf = ({ count, until }: OpenRun): RunEnd => ({ count, until: isoTime(until) });
