// What ten thousand backends cost the real daemon: `npm run bench:daemon`. `farm-guardian run` on a config file, YAML and
// then JSON, with journal, snapshot, HTTP and socket, watches FTP servers in another process: its resident memory after a
// round and after reloads with one change each, how long a reload takes from SIGHUP on, and what becomes late by it.
// A table, and the targets with a mark whether they are met. BACKENDS=1000 for fewer; FORMAT=json for one of the two;
// CHECKS=500000 looks for memory that grows over so many checks instead, which takes minutes.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { addressOf, startGreeters } from './greeters.mjs';
import { median } from './median.mjs';

const count = Number(process.env.BACKENDS) || 10_000;
const farmSize = 100;
const reloads = 10;
const intervalMs = 5_000;
const program = join(import.meta.dirname, '../dist/bin/farm-guardian.js');
const probe = new URL('daemon-probe.mjs', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'farm-guardian-bench-'));
const greeters = await startGreeters();

/** Farms of a hundred; in the n-th edition the last backend is another one than in the one before. */
const configOf = (edition, { stateDir, interval }) => {
  const farms = {};
  for (let n = 0; n < count; n++) {
    const id = `farm-${Math.floor(n / farmSize)}`;
    farms[id] ??= { check: { type: 'ftp' }, port: greeters.port, backends: {} };
    farms[id].backends[`b${n}`] = addressOf(n === count - 1 ? n + edition : n);
  }
  const defaults = { interval, timeout: '1s' };
  return { stateDir, socket: join(stateDir, 'socket'), listen: '127.0.0.1:0', defaults, farms };
};

const startDaemon = async ({ format, interval, execArgv = [] }) => {
  const stateDir = mkdtempSync(join(folder, 'state-'));
  const file = join(stateDir, `farm-guardian.${format}`);
  const write = (edition) => {
    const config = configOf(edition, { stateDir, interval });
    writeFileSync(file, format === 'json' ? JSON.stringify(config, null, 2) : stringify(config));
  };
  mkdirSync(stateDir, { recursive: true });
  write(0);
  const startedAt = performance.now();
  const child = fork(program, ['run', '-c', file, '--log-format', 'json'], {
    execArgv: ['--import', probe, ...execArgv],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const lines = createInterface({ input: child.stdout });
  const said = (text) =>
    new Promise((resolve, reject) => {
      const look = (line) => {
        if (line.includes('is refused')) reject(new Error(line));
        if (!line.includes(text)) return;
        lines.off('line', look);
        resolve(performance.now());
      };
      lines.on('line', look);
    });
  await said('guardian runs');
  const startMs = performance.now() - startedAt;
  const ask = async (what) => {
    child.send(what);
    const [answer] = await once(child, 'message');
    return answer;
  };
  /** The daemon's metrics, by name with labels. */
  const metrics = async () => {
    const { request } = await import('node:http');
    const asked = request({ socketPath: join(stateDir, 'socket'), path: '/metrics' }).end();
    const [response] = await once(asked, 'response');
    const text = (await response.setEncoding('utf8').toArray()).join('');
    return (name) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.split(' ')
          .at(-1),
      );
  };
  const reload = async (edition) => {
    write(edition);
    const done = said('"msg":"reloaded"');
    const from = performance.now();
    child.kill('SIGHUP');
    return (await done) - from;
  };
  const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) * 1_024;
  const stop = async () => {
    child.kill();
    await once(child, 'exit');
  };
  return { startMs, ask, metrics, reload, resident, stop };
};

const listed = (times) => times.map((ms) => ms.toFixed(0)).join(' ');

const megabytes = (bytes) => bytes / 1e6;

const verdict = (what, value, target, unit = '') =>
  console.log(
    `  ${value <= target ? '✓' : '✗'} ${what}: ${value.toFixed(value < 10 ? 2 : 0)}${unit} (target: at most ${target}${unit})`,
  );

/** What the scheduler counted between two looks at the metrics. */
const counted = (before, after) => {
  const grown = (name) => after(name) - before(name);
  const lateness = 'farm_guardian_schedule_lateness_seconds';
  const started = grown(`${lateness}_count`);
  return {
    started,
    late: started - grown(`${lateness}_bucket{le="0.02"}`),
    missed: grown('farm_guardian_runs_missed_total'),
  };
};

const reloading = async (format) => {
  const daemon = await startDaemon({ format, interval: `${intervalMs / 1e3}s` });
  await sleep(intervalMs * 1.2);
  const started = (await daemon.metrics())('farm_guardian_schedule_lateness_seconds_count');
  await sleep(intervalMs);
  const resident = [daemon.resident()];
  const quiet = { from: await daemon.metrics() };
  const quietDelays = [];
  for (let second = 1; second <= reloads; second++) {
    await daemon.ask('tell');
    await sleep(1_000);
    quietDelays.push((await daemon.ask('tell')).longestMs);
  }
  quiet.to = await daemon.metrics();
  const busy = { from: quiet.to };
  const times = [];
  const delays = [];
  for (let edition = 1; edition <= reloads; edition++) {
    await daemon.ask('tell');
    times.push(await daemon.reload(edition));
    await sleep(1_000 - times.at(-1));
    delays.push((await daemon.ask('tell')).longestMs);
    if (edition === 1) resident.push(daemon.resident());
  }
  resident.push(daemon.resident());
  busy.to = await daemon.metrics();
  const { heapUsed, heapTotal } = await daemon.ask('tell');
  await sleep(intervalMs);
  resident.push(daemon.resident());
  await daemon.stop();
  const [before, after] = [counted(quiet.from, quiet.to), counted(busy.from, busy.to)];
  const [round, one, ten, later] = resident.map(megabytes);
  console.log(`${count} FTP backends at ${intervalMs / 1e3} s, ${format}:`);
  console.log(`  start     ${daemon.startMs.toFixed(0)} ms until it runs; ${started} checks 1.2 intervals later`);
  console.log(
    `  memory    ${round.toFixed(0)} MB after two rounds, ${one.toFixed(0)} MB after a reload, ${ten.toFixed(0)} MB`,
  );
  console.log(
    `            after ${reloads}, ${later.toFixed(0)} MB a round later; heap ${megabytes(heapUsed).toFixed(0)} of ${megabytes(heapTotal).toFixed(0)} MB`,
  );
  console.log(`  reload    ${listed(times)} ms, SIGHUP to done, reading included`);
  console.log(`  loop      late by ${listed(delays)} ms at the longest in a second with a reload`);
  console.log(`            late by ${listed(quietDelays)} ms in one without`);
  console.log(
    `  starts    ${after.late} of ${after.started} over 20 ms late; ${before.late} of ${before.started} without a reload`,
  );
  verdict('checks missing in the first round', Math.max(0, count - started), 0);
  verdict('memory, resident', round, 250, ' MB');
  verdict('memory, resident, after reloads', Math.max(one, ten, later), 250, ' MB');
  verdict('reload', median(times), 300, ' ms');
  verdict('later by a reload, median', Math.max(0, median(delays) - median(quietDelays)), 20, ' ms');
  verdict('missed runs', before.missed + after.missed, 0);
  console.log();
};

/** Memory after garbage collection, early and many checks later. */
const growth = async (checks) => {
  const daemon = await startDaemon({ format: 'yaml', interval: '2s', execArgv: ['--expose-gc'] });
  const reaches = async (wanted) => {
    for (;;) {
      await sleep(2_000);
      const metrics = await daemon.metrics();
      const started = metrics('farm_guardian_schedule_lateness_seconds_count');
      if (started >= wanted) return { started, ...(await daemon.ask('collect')) };
    }
  };
  // The compiler has seen everything by then.
  const early = await reaches(100_000);
  const late = await reaches(100_000 + checks);
  await daemon.stop();
  const told = ({ heapUsed, rss }) =>
    `heap ${megabytes(heapUsed).toFixed(1)} MB, resident ${megabytes(rss).toFixed(0)} MB`;
  console.log(`${late.started - early.started} checks of ${count} backends:`);
  console.log(`  before    ${told(early)}`);
  console.log(`  after     ${told(late)}`);
  verdict('growth of the heap', megabytes(late.heapUsed - early.heapUsed), 2, ' MB');
};

console.log(`Node ${process.versions.node}, load ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}\n`);
try {
  if (process.env.CHECKS) await growth(Number(process.env.CHECKS));
  else for (const format of process.env.FORMAT?.split(' ') ?? ['yaml', 'json']) await reloading(format);
} finally {
  greeters.stop();
  rmSync(folder, { recursive: true, force: true });
}
