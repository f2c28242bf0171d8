import type { EventEmitter } from 'node:events';
import { oneLine } from '../checker/clean-text.ts';
import { type Clock, wait } from '../clock/clock.ts';
import type { GuardianEventMap, GuardianEvents } from '../guardian/events.ts';
import { isPath, type Pages } from './answer.ts';

/** What {@link eventPages} need. */
export interface EventParts {
  /** `undefined` until the guardian has started. */
  readonly events: () => GuardianEvents | undefined;
  readonly clock: Clock;
}

/** How often a silent stream says that it is still there. */
const heartbeatMs = 15_000;
/** A reader that lets so many events lie is given up: it may come back and ask for the status. */
const mostWaiting = 1_000;

/** What is told of each event, by its name. */
const tellers: { readonly [Name in keyof GuardianEventMap]?: (event: GuardianEventMap[Name][0]) => object } = {
  turned: ({ farm, backend, to, result: { status, code, summary } }) => ({
    farm,
    backend,
    to,
    status,
    code,
    summary: oneLine(summary),
  }),
  flapping: (event) => event,
  isolation: (event) => event,
  admin: (event) => event,
  desired: (event) => event,
  delivery: ({ hook, change: { farm, backend, state, sequence }, attempt, error = null }) => ({
    farm,
    backend,
    hook,
    state,
    sequence,
    attempt,
    error,
  }),
  reload: ({ kept, changed, added, removed }) => ({
    kept: kept.length,
    changed: changed.length,
    added: added.length,
    removed: removed.length,
  }),
};

/** `/api/v1/events`: what happens from now on, as server-sent events (HTML standard, section 9.2) named as in the journal. */
export const eventPages =
  ({ events, clock }: EventParts): Pages =>
  ({ path, signal }) => {
    if (!isPath(path, 'api', 'v1', 'events')) return undefined;
    const now = events();
    if (!now) return { code: 503, body: { error: 'the guardian is starting' } };
    return { code: 200, type: 'text/event-stream; charset=utf-8', body: tell(now, clock, signal) };
  };

async function* tell(events: GuardianEvents, clock: Clock, signal: AbortSignal): AsyncGenerator<string> {
  const waiting: string[] = [];
  let wake = new AbortController();
  const names = Object.keys(tellers) as (keyof typeof tellers)[];
  // Each event has one argument, the one that its teller takes.
  const emitter = events as unknown as EventEmitter<Record<string, [never]>>;
  const listeners = names.map((name) => {
    const listener = (event: never) => {
      waiting.push(`event: ${name}\ndata: ${JSON.stringify(tellers[name]?.(event))}\n\n`);
      wake.abort();
    };
    emitter.on(name, listener);
    return [name, listener] as const;
  });
  try {
    yield ': farm-guardian\n\n';
    while (!signal.aborted && waiting.length <= mostWaiting) {
      if (waiting.length > 0) yield waiting.splice(0).join('');
      else {
        wake = new AbortController();
        await wait(clock, heartbeatMs, AbortSignal.any([signal, wake.signal]));
        if (!wake.signal.aborted && !signal.aborted) yield ':\n\n';
      }
    }
  } finally {
    for (const [name, listener] of listeners) emitter.off(name, listener);
  }
}
