import type { Socket } from 'node:net';
import type { Fact } from '../../src/checker/index.ts';
import { openActive } from './active.ts';
import type { Control } from './control.ts';
import { isActive } from './data-rules.ts';
import type { DeepFailure } from './deep-failure.ts';
import { openPassive } from './passive.ts';
import type { TransferRun } from './transfer.ts';

/** How a data connection was made, as facts of the run. */
export type DataFacts = Readonly<Record<string, Fact>>;

/** One data connection in the making (RFC 959, 3.3). Disposing of it closes whatever it has opened. */
export interface DataChannel extends AsyncDisposable {
  readonly facts: DataFacts;
  /**
   * The raw connection: there already in passive mode, pending until the server has called in active mode. Rejects with
   * a DeepFailure. An abort does not end the wait for a call.
   */
  readonly connection: Promise<Socket>;
  /**
   * In active mode, what a call from a wrong source comes to while the right one has not called; caused by the abort
   * when there has been one.
   */
  readonly stranger: DeepFailure | undefined;
}

/**
 * Agrees with the server on a data connection, in the way that `data` says; passive when it says nothing.
 *
 * @throws DeepFailure, or the signal's reason
 */
export const openDataChannel = (control: Control, run: TransferRun): Promise<DataChannel> =>
  (isActive(run.options.data) ? openActive : openPassive)(control, run);
