import { type BackendRecord, type BackendRecords, emptyRecord } from '../journal/backend-record.ts';

/** Backends come and go; so many of those that went are remembered, the latest. */
const most = 1_000;

/**
 * What hooks did about backends that are watched no more. A balancer may still show them out of rotation because of us:
 * should they come back, that must not be taken for its operator's doing.
 */
export class FormerBackends {
  readonly #records = new Map<string, BackendRecord>();

  /** By `FARM/BACKEND`: nothing is known of them but what hooks did. */
  get records(): BackendRecords {
    return this.#records;
  }

  /** A backend is watched no more, and this was known of it. */
  left(id: string, { told = {} }: Pick<BackendRecord, 'told'>): void {
    if (!Object.values(told).some((states) => states.some((state) => state !== 'up'))) return;
    this.#records.delete(id);
    this.#records.set(id, { ...emptyRecord(''), told });
    const [eldest] = this.#records.keys();
    if (eldest !== undefined && this.#records.size > most) this.#records.delete(eldest);
  }

  /** A backend is watched again. */
  returned(id: string): void {
    this.#records.delete(id);
  }
}
