import type { Belief } from '../health/backend-health.ts';
import type { BackendChange } from '../hook/hook.ts';

/** What happened, without its place in the journal. */
export type JournalEvent =
  | { readonly type: 'start' | 'stop' }
  /** The belief in a backend turned. */
  | {
      readonly type: 'turned';
      readonly farm: string;
      readonly backend: string;
      readonly to: Belief;
      readonly code: string;
      readonly summary: string;
      /** Stands for what was looked at and how (see `PlannedCheck`). */
      readonly definition: string;
    }
  /** Another state is desired of a backend: what its hooks are told. */
  | ({ readonly type: 'desired' } & Omit<BackendChange, 'sequence' | 'at'>)
  /** One attempt of a hook to deliver the change with the sequence `of`. */
  | {
      readonly type: 'delivery';
      readonly farm: string;
      readonly backend: string;
      readonly hook: string;
      readonly state: string;
      readonly of: number;
      readonly outcome: 'delivered' | 'failed';
      readonly attempt: number;
      readonly durationMs: number;
      readonly error?: string;
    };

/** A line of the journal. Sequence numbers grow by one, over restarts too. */
export type JournalEntry = { readonly sequence: number; readonly at: string } & JournalEvent;
