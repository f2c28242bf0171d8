// A process that is nothing but a guardian of many FTP backends: `node bench/guarded.mjs PORT COUNT FOLDER`. It says what
// it knows of itself when asked over IPC.
import { createGuardian } from 'farm-guardian';
import { ftp } from 'farm-guardian/checks';
import { addressOf } from './greeters.mjs';

const [port, count, folder] = process.argv.slice(2);
const farmSize = 100;

const backends = (from, to) =>
  Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`b${from + i}`, `${addressOf(from + i)}:${port}`]));

const configOf = (total) => ({
  stateDir: folder,
  defaults: { interval: '1s', fastInterval: '200ms', timeout: '1s' },
  farms: Object.fromEntries(
    Array.from({ length: Math.ceil(total / farmSize) }, (_, farm) => [
      `f${farm}`,
      {
        check: { type: 'ftp' },
        backends: backends(farm * farmSize, Math.min(total, (farm + 1) * farmSize)),
      },
    ]),
  ),
});

const startedAt = performance.now();
const guardian = await createGuardian(configOf(Number(count)), { checkers: [ftp] });
let ok = 0;
let other = 0;
let firstRoundMs;
const waiting = new Set(guardian.status().farms.flatMap(({ id, backends }) => backends.map((b) => `${id}/${b.id}`)));
guardian.events.on('result', ({ farm, backend, result }) => {
  if (result.status === 'OK') ok++;
  else other++;
  if (waiting.size > 0 && waiting.delete(`${farm}/${backend}`) && waiting.size === 0)
    firstRoundMs = performance.now() - startedAt;
});

process.on('message', async (what) => {
  if (what === 'stop') {
    await guardian.stop();
    process.disconnect();
    return;
  }
  const { schedule } = guardian.status();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  process.send({ ok, other, firstRoundMs, schedule, cpuMs: (user + system) / 1_000, rss, heapUsed });
});
process.send('ready');
