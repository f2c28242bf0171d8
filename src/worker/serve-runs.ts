import { parentPort, workerData } from 'node:worker_threads';
import type { AnyChecker } from '../checker/checker.ts';
import type { Clock } from '../clock/clock.ts';
import { HostedRun } from './hosted-run.ts';
import { type CheckerPlace, type Order, placeKey, type Report } from './message.ts';
import { Pulse } from './pulse.ts';
import { ownSystemId } from './thread-time.ts';
import { trackRuns } from './track-runs.ts';

/** How often a thread shows that its event loop turns, while it has runs, in milliseconds. */
const beatMs = 50;

/** Finds a checker; `undefined` when the module has none of that name. Rejects when there is no such module. */
export type FindChecker = (place: CheckerPlace) => Promise<AnyChecker | undefined>;

/** Runs, in this worker thread, the checks that it is told to run, until it is ended from outside. */
export const serveRuns = (find: FindChecker, clock: Clock): void => {
  const port = parentPort;
  if (!port) throw new TypeError('serveRuns needs a worker thread');
  const pulse = new Pulse(workerData.pulse);
  pulse.systemId = ownSystemId();
  const post = (report: Report) => port.postMessage(report);
  const startRun = trackRuns(pulse);
  const runs = new Map<number, HostedRun>();

  let beating = false;
  const beat = () => {
    pulse.beat();
    beating = runs.size > 0;
    if (beating) clock.setTimer(beat, beatMs);
  };
  const checkers = new Map<string, AnyChecker>();
  const prepare = async (place: CheckerPlace): Promise<void> => {
    const fault = await findInto(checkers, place, find);
    post({ type: 'prepared', place, ...(fault !== undefined && { fault }) });
  };
  const start = async ({ run, what }: Order & { type: 'run' }): Promise<void> => {
    const checker = checkers.get(placeKey(what.place));
    if (!checker) throw new TypeError(`${placeKey(what.place)} is not prepared`);
    const hosted = new HostedRun(run, what, post);
    runs.set(run, hosted);
    if (!beating) beat();
    await hosted.perform(checker, clock);
    runs.delete(run);
  };
  port.on('message', (order: Order) => {
    if (order.type === 'prepare') void prepare(order.place);
    else if (order.type === 'run') startRun(order.run, () => void start(order));
    else runs.get(order.run)?.take(order);
  });
};

/** Why there is no such checker; `undefined` once it is there. */
const findInto = async (
  checkers: Map<string, AnyChecker>,
  place: CheckerPlace,
  find: FindChecker,
): Promise<string | undefined> => {
  try {
    const checker = await find(place);
    if (!checker) return `no checker ${placeKey(place)}`;
    await checker.isolation?.load?.();
    checkers.set(placeKey(place), checker);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
