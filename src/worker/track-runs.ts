import { AsyncResource, createHook, executionAsyncResource } from 'node:async_hooks';
import type { Pulse } from './pulse.ts';

const owner = Symbol('run');

/** What the event loop calls back for, marked with the run that made it. */
interface Marked {
  [owner]?: number;
}

/**
 * Shows in `pulse` for which run this thread works, whatever it is called back for: sockets, timers and promises
 * belong to the run that made them. Gives the function that starts a run.
 */
export const trackRuns = (pulse: Pulse): ((run: number, start: () => void) => void) => {
  createHook({
    init: (_id, _type, _trigger, resource: Marked) => {
      const run = (executionAsyncResource() as Marked)[owner];
      if (run !== undefined) resource[owner] = run;
    },
    before: () => {
      pulse.current = (executionAsyncResource() as Marked)[owner] ?? 0;
    },
  }).enable();
  return (run, start) => {
    const resource: AsyncResource & Marked = new AsyncResource('check');
    resource[owner] = run;
    resource.runInAsyncScope(start);
  };
};
