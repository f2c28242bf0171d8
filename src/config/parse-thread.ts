import { parentPort, workerData } from 'node:worker_threads';
import type { ParseOrder } from './parse-aside.ts';
import { parseFully } from './parse-source.ts';

const { text, strictJson } = workerData as ParseOrder;
parentPort?.postMessage(parseFully(text, strictJson));
