/**
 * Why a thread is no more: it was stuck, the machine was too busy for it, it ran out of memory, something in it threw,
 * or we ended it.
 */
export type LossCause = 'stuck' | 'starved' | 'memory' | 'crash' | 'ended';

/** Tells a run that its thread is gone. */
export class ThreadLost extends Error {
  override readonly name = 'ThreadLost';
  readonly why: LossCause;
  /** Whether the thread worked for this run at its end; true for all of its runs where nobody knows. */
  readonly suspect: boolean;
  /** The stage the run was in, if it had told any. */
  readonly stage: string | undefined;

  /** @param thrown what the thread died of, if it threw */
  constructor(
    why: LossCause,
    run: { readonly suspect: boolean; readonly stage?: string | undefined },
    thrown?: unknown,
  ) {
    super(`the worker thread was lost: ${why}`, { cause: thrown });
    this.why = why;
    this.suspect = run.suspect;
    this.stage = run.stage;
  }
}
