// What the worker thread of a check_* command begins with.
import { checkers } from '../checks/index.ts';
import { systemClock } from '../src/clock/system-clock.ts';
import { serveRuns } from '../src/worker/serve-runs.ts';

serveRuns(async ({ checker }) => checkers.find(({ name }) => name === checker), systemClock);
