// A process that is nothing but a guardian of many FTP backends, with the heap of `farm-guardian run`; what it knows of
// itself it tells over IPC when asked.
//   node bench/guarded.mjs '{"port":21,"count":5000,"interval":"1s","folder":"/tmp/x"}'
import { createGuardian } from 'farm-guardian';
import { ftp } from 'farm-guardian/checks';
import { tuneHeap } from '../dist/src/cli/tune-heap.js';
import { addressOf } from './greeters.mjs';

tuneHeap();
const { port, count, interval, folder, servers, hook } = JSON.parse(process.argv[2]);
const farmSize = 100;

/** Farms of a hundred backends each; with `moved` the last backend is another one. */
const configOf = (moved) => {
  const addresses = servers ?? Array.from({ length: count }, (_, n) => `${addressOf(n)}:${port}`);
  if (moved) addresses[addresses.length - 1] = `${addressOf(addresses.length)}:${port}`;
  const farms = {};
  for (const [n, address] of addresses.entries()) {
    const id = `f${Math.floor(n / farmSize)}`;
    farms[id] ??= { check: { type: 'ftp' }, backends: {}, hooks: hook ? [hook] : [] };
    farms[id].backends[`b${n}`] = address;
  }
  return { stateDir: folder, defaults: { interval, fastInterval: '200ms', timeout: '1s', rise: 2, fall: 3 }, farms };
};

const startedAt = performance.now();
const guardian = await createGuardian(configOf(false), { checkers: [ftp] });
const seen = new Set();
const total = guardian.status().farms.reduce((sum, { backends }) => sum + backends.length, 0);
let ok = 0;
let other = 0;
let firstRoundMs = null;
guardian.events.on('result', ({ farm, backend, result }) => {
  if (result.status === 'OK') ok++;
  else other++;
  if (firstRoundMs !== null) return;
  seen.add(`${farm}/${backend}`);
  if (seen.size === total) firstRoundMs = performance.now() - startedAt;
});

const tell = () => {
  globalThis.gc?.();
  const { schedule } = guardian.status();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { ok, other, firstRoundMs, schedule, cpuMs: (user + system) / 1_000, rss, heapUsed };
};

/** How long a reload with one change takes, and how long it holds up the event loop at the longest. */
const reload = async () => {
  const config = configOf(true);
  const from = performance.now();
  const { kept, changed } = await guardian.reload(config);
  return { reloadMs: performance.now() - from, kept: kept.length, changed: changed.length };
};

process.on('message', async (what) => {
  if (what === 'tell') process.send(tell());
  else if (what === 'reload') process.send(await reload());
  else {
    await guardian.stop();
    process.disconnect();
  }
});
process.send('ready');
