import type { BackendChange } from './hook.ts';

/** One attempt to deliver a change. */
export interface DeliveryAttempt {
  readonly change: BackendChange;
  /** Counted from 1 for each change. */
  readonly attempt: number;
  readonly durationMs: number;
  /** Why it failed; absent when it was delivered. */
  readonly error?: string;
  /** When it is tried again; absent when it was delivered. */
  readonly retryInMs?: number;
  /**
   * Whether it is worth writing down: not so for a failure like the one before, unless it is the 2nd, 4th, 8th, 16th …
   * attempt.
   */
  readonly news: boolean;
}

/** The balancer shows something else than what was delivered. */
export interface Drift {
  readonly change: BackendChange;
  /** The balancer's word for what it shows; `null` when it does not know the backend. */
  readonly found: string | null;
}

/** What a hook's deliveries tell of. */
export interface DeliveryReports {
  /** After each attempt, before the next one. A resync that had to change nothing is no attempt. */
  attempted(attempt: DeliveryAttempt): void;
  /** Somebody else changed what was delivered, or the balancer forgot it: it is delivered again. */
  drifted(drift: Drift): void;
  /** The balancer's operator has taken the backend there: it is left alone until a resync shows otherwise. */
  leftAlone(found: Drift): void;
  /** The balancer cannot be read back, and why; `undefined` once it can again. */
  unread(error: string | undefined): void;
}

/** How often a hook did what, since the guardian started. */
export interface DeliveryCounts {
  readonly delivered: number;
  readonly failed: number;
  /** States that a resync found, or told, unchanged. */
  readonly resynced: number;
  /** States that somebody else had changed. */
  readonly drifted: number;
  /** Reads of the balancer that failed. */
  readonly unread: number;
}

/** Where one backend's delivery stands. */
export interface LaneStatus {
  readonly outcome: 'delivered' | 'pending' | 'failing' | 'left-alone';
  /** Attempts so far, while not delivered. */
  readonly attempts: number;
  /** Why the latest attempt, or reading the balancer back, failed. */
  readonly error: string | null;
  /** The balancer's own word for what it showed last; `null` when it was not read, or does not know the backend. */
  readonly shows: string | null;
}
