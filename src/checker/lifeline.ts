import type { Timer } from '../clock/clock.ts';
import type { CheckContext } from './checker.ts';

/** How long a connection outlives its run at most where something must be put right first, in milliseconds. */
const graceMs = 400;

/** How long a connection lives: as long as its run, and a little longer while somebody holds on to it. */
export interface Lifeline extends Disposable {
  /** Aborts when the connection must go. */
  readonly signal: AbortSignal;
  /** Keeps the connection beyond the end of the run, for 400 ms at most, until it is disposed of. */
  hold(): Disposable;
}

/** Opens the lifeline of a run. */
export const openLifeline = ({ signal, clock }: Pick<CheckContext, 'signal' | 'clock'>): Lifeline => {
  const life = new AbortController();
  let holds = 0;
  let timer: Timer | undefined;
  const cut = () => life.abort(signal.reason);
  const onAbort = () => {
    if (holds === 0) cut();
    else timer = clock.setTimer(cut, graceMs);
  };
  if (signal.aborted) cut();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    signal: life.signal,
    hold() {
      holds++;
      return {
        [Symbol.dispose]() {
          holds--;
          if (holds === 0 && signal.aborted) cut();
        },
      };
    },
    [Symbol.dispose]() {
      timer?.cancel();
      signal.removeEventListener('abort', onAbort);
    },
  };
};
