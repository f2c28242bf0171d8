import type { Target } from '../checker/checker.ts';
import type { Logger } from '../log/logger.ts';

/** What a worker thread is told. Plain values: options are packed. */
export type Order =
  /** Asked once for each checker, before its first run. */
  | { readonly type: 'prepare'; readonly place: CheckerPlace }
  | { readonly type: 'run'; readonly run: number; readonly what: Commission }
  | { readonly type: 'abort'; readonly run: number; readonly reason: 'deadline' | 'cancelled' }
  | { readonly type: 'rested'; readonly run: number };

/** One check to run once, with a checker that is prepared. */
export interface Commission {
  readonly place: CheckerPlace;
  readonly target: Target;
  /** Packed. */
  readonly options: unknown;
  readonly timeoutMs: number;
  /** Whether somebody listens to `CheckContext.verbose`. */
  readonly verbose: boolean;
  /** Whether somebody listens to `CheckContext.transcript`. */
  readonly transcript: boolean;
}

/** Where a thread finds a checker. */
export interface CheckerPlace {
  /** URL of the module that exports it. */
  readonly module: string;
  readonly checker: string;
}

/** Tells places apart. */
export const placeKey = ({ module, checker }: CheckerPlace): string => `${checker} of ${module}`;

/** What a worker thread says. */
export type Report =
  | { readonly type: 'prepared'; readonly place: CheckerPlace /** Why it is not. */; readonly fault?: string }
  | RunReport;

/** What a worker thread says of one of its runs. */
export type RunReport =
  | { readonly type: 'result'; readonly run: number; readonly result: unknown }
  /** The checker rejected; after an abort this only says that it has ended. */
  | { readonly type: 'failed'; readonly run: number; readonly error: unknown }
  | { readonly type: 'said'; readonly run: number; readonly to: 'verbose' | 'transcript'; readonly text: string }
  | { readonly type: 'entered'; readonly run: number; readonly stage: string }
  | {
      readonly type: 'log';
      readonly run: number;
      readonly level: keyof Logger;
      readonly fields: unknown;
      readonly message: string;
    }
  | { readonly type: 'rest'; readonly run: number; readonly durationMs: number }
  | { readonly type: 'rest-over'; readonly run: number };
