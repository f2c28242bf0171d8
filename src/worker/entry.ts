// What a worker thread of the pool begins with; nothing imports it.
import { setPriority } from 'node:os';
import { workerData } from 'node:worker_threads';
import type { AnyChecker } from '../checker/checker.ts';
import { systemClock } from '../clock/system-clock.ts';
import { type FindChecker, serveRuns } from './serve-runs.ts';

const findExported: FindChecker = async ({ module, checker }) => {
  const exported: Readonly<Record<string, unknown>> = await import(module);
  return Object.values(exported).find((value): value is AnyChecker => isChecker(value) && value.name === checker);
};

const isChecker = (value: unknown): value is AnyChecker =>
  typeof value === 'object' && value !== null && 'check' in value && typeof value.check === 'function';

// On Linux this is the thread's own priority: one that may well be stuck must not take the processor from the others.
if (process.platform === 'linux' && workerData.alone) setPriority(5);
serveRuns(findExported, systemClock);
