// What it costs to guard thousands of FTP servers, in ratios of one run: `npm run bench:guardian`; SECONDS=20 for
// longer windows. The guardian is a process of its own, and so are the servers: one that greets on thousands of loopback
// addresses. A bare dialogue over node:net and HAProxy's tcp-check have the same dialogue with the same servers, right after;
// Debian's check_ftp is started anew for each check, as plugins are. CPU is taken once the compiler has seen everything. A table,
// and the targets with a mark whether they are met. CHECKS=500000 looks for memory that grows over so many checks instead, which
// takes minutes.
import { execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressOf, startGreeters } from './greeters.mjs';
import { startHaproxy } from './haproxy.mjs';
import { median } from './median.mjs';

const windowMs = (Number(process.env.SECONDS) || 6) * 1_000;
const plugin = '/usr/lib/nagios/plugins/check_ftp';
const folder = mkdtempSync(join(tmpdir(), 'farm-guardian-bench-'));
const greeters = await startGreeters();
const { port } = greeters;
const addresses = (count) => Array.from({ length: count }, (_, n) => `${addressOf(n)}:${port}`);

/** Starts a module of this folder as a process; `ask` gives its answer to a word. */
const startModule = async (name, args, execArgv = []) => {
  const child = fork(join(import.meta.dirname, name), args, { execArgv });
  await once(child, 'message');
  const ask = async (what) => {
    child.send(what);
    const [answer] = await once(child, 'message');
    return answer;
  };
  return { child, ask };
};

const startGuarded = async (options, execArgv = []) => {
  const stateDir = mkdtempSync(join(folder, 'state-'));
  const parts = JSON.stringify({ port, folder: stateDir, ...options });
  const { child, ask } = await startModule('guarded.mjs', [parts], execArgv);
  const stop = async () => {
    child.send('stop');
    await once(child, 'exit');
  };
  return { ask, stop };
};

const verdict = (what, value, target, unit = '') =>
  console.log(
    `  ${value <= target ? '✓' : '✗'} ${what}: ${value.toFixed(2)}${unit} (target: at most ${Math.round(target * 1e3) / 1e3}${unit})`,
  );

/** CPU of one start of Debian's check_ftp, in microseconds: what the children of a shell took, and their start. */
const forkedUs = (times) => {
  const script = `for n in $(seq ${times}); do ${plugin} -H 127.0.0.1 -p ${port} >/dev/null; done; times`;
  const printed = execFileSync('bash', ['-c', script], { encoding: 'utf8' });
  const seconds = [...printed.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => Number(m) * 60 + Number(s));
  return (seconds.reduce((sum, each) => sum + each, 0) * 1e6) / times;
};

/** What is measured first has run for so long, in milliseconds: it is compiled by then. */
const warmUpMs = 12_000;

/** CPU of one dialogue over bare node:net, in microseconds. */
const bareUs = async (count) => {
  const { child, ask } = await startModule('bare.mjs', [port, count].map(String));
  await sleep(warmUpMs);
  const before = await ask('tell');
  await sleep(windowMs);
  const after = await ask('tell');
  child.disconnect();
  await once(child, 'exit');
  return ((after.cpuMs - before.cpuMs) * 1e3) / (after.greeted - before.greeted);
};

/** Waits until what piled up while the code was cold is worked off, for half a minute at most. */
const caughtUp = async (guarded) => {
  const from = performance.now();
  for (;;) {
    await sleep(500);
    const { missed, lateness } = (await guarded.ask('tell')).schedule;
    const seconds = (performance.now() - from) / 1e3;
    if (seconds > 30 || (seconds > 3 && lateness.p99Ms <= 20)) return { seconds, missed };
  }
};

const throughput = async (count) => {
  const guarded = await startGuarded({ count, interval: '1s' });
  const start = await caughtUp(guarded);
  await sleep(Math.max(0, warmUpMs - start.seconds * 1e3));
  const before = await guarded.ask('tell');
  await sleep(windowMs);
  const after = await guarded.ask('tell');
  await guarded.stop();
  const bare = await bareUs(count);
  const haproxy = await startHaproxy({ folder, servers: addresses(count), check: 'inter 1s' });
  await sleep(3_000);
  const cpuBefore = haproxy.cpuMs();
  await sleep(windowMs);
  const haproxyUs = ((haproxy.cpuMs() - cpuBefore) * 1e3) / ((count * windowMs) / 1e3);
  await haproxy.stop();
  const runs = after.ok + after.other - before.ok - before.other;
  const ours = ((after.cpuMs - before.cpuMs) * 1e3) / runs;
  const { lateness } = after.schedule;
  const missed = after.schedule.missed - before.schedule.missed;
  console.log(`${count} FTP backends at 1 s, ${windowMs / 1e3} s:`);
  console.log(`  start     caught up after ${start.seconds.toFixed(1)} s, ${start.missed} missed until then`);
  console.log(`  runs      ${((runs * 1e3) / windowMs).toFixed(0)} a second, ${after.other} not OK, ${missed} missed`);
  console.log(`  lateness  p50 ${lateness.p50Ms.toFixed(1)} ms, p99 ${lateness.p99Ms.toFixed(1)} ms`);
  console.log(
    `  CPU       the guardian ${ours.toFixed(0)} µs a check, bare node:net ${bare.toFixed(0)} µs, HAProxy ${haproxyUs.toFixed(0)} µs`,
  );
  verdict('p99 lateness', lateness.p99Ms, 20, ' ms');
  verdict('missed runs', missed, 0);
  verdict('CPU, guardian / HAProxy', ours / haproxyUs, 1.5);
  if (existsSync(plugin)) verdict(`CPU, guardian / ${plugin}`, ours / forkedUs(200), 1 / 15);
  console.log();
};

const many = async (count) => {
  const intervalMs = 5_000;
  const guarded = await startGuarded({ count, interval: `${intervalMs / 1e3}s` });
  await sleep(intervalMs * 1.6);
  const { firstRoundMs, schedule } = await guarded.ask('tell');
  const { reloadMs, kept, changed } = await guarded.ask('reload');
  await sleep(1_000);
  const after = await guarded.ask('tell');
  await guarded.stop();
  console.log(`${count} FTP backends at ${intervalMs / 1e3} s:`);
  console.log(
    `  reload with one change: ${kept} kept, ${changed} changed, ${after.schedule.missed - schedule.missed} missed`,
  );
  verdict('first full round', firstRoundMs === null ? Number.NaN : firstRoundMs / intervalMs, 1.2, ' intervals');
  verdict('reload', reloadMs, 300, ' ms');
  verdict('memory, resident', after.rss / 1e6, 250, ' MB');
  console.log();
};

/** Heap after garbage collection, early and many checks later. */
const growth = async (checks) => {
  const guarded = await startGuarded({ count: 2_000, interval: '1s' }, ['--expose-gc']);
  const reaches = async (wanted) => {
    for (;;) {
      await sleep(5_000);
      const told = await guarded.ask('tell');
      if (told.ok + told.other >= wanted) return told;
    }
  };
  // The compiler has seen everything by then.
  const early = await reaches(100_000);
  const late = await reaches(100_000 + checks);
  await guarded.stop();
  const mib = (bytes) => bytes / 2 ** 20;
  console.log(`${late.ok + late.other - early.ok - early.other} checks of 2000 backends:`);
  console.log(`  heap      ${mib(early.heapUsed).toFixed(1)} MiB, then ${mib(late.heapUsed).toFixed(1)} MiB`);
  verdict('growth of the heap', mib(late.heapUsed - early.heapUsed), 2, ' MiB');
};

const startServer = async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'greeters.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [own] = await child.stdout.take(1).toArray();
  return { address: `127.0.0.1:${Number(own)}`, kill: () => child.kill('SIGKILL') };
};

const spread = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  return `median ${median(sorted).toFixed(0)} ms, from ${sorted[0]} to ${sorted.at(-1)} ms (${sorted.length} of them)`;
};

/** From SIGKILL of a server to the start of our hook, and to the line in HAProxy's log. */
const detection = async (count) => {
  const servers = await Promise.all(Array.from({ length: count }, startServer));
  const told = join(folder, 'told');
  const script = 'echo "$FARM_GUARDIAN_BACKEND $FARM_GUARDIAN_STATE $(date +%s%3N)" >>"$0"';
  const hook = { type: 'exec', command: ['/bin/sh', '-c', script, told] };
  const list = servers.map(({ address }) => address);
  const guarded = await startGuarded({ servers: list, interval: '1s', hook });
  const haproxy = await startHaproxy({ folder, servers: list, check: 'inter 1s fall 3 fastinter 200ms' });
  await sleep(3_000);
  const killedAt = [];
  for (const server of servers) {
    await sleep(Math.random() * 700);
    killedAt.push(Date.now());
    server.kill();
  }
  await sleep(3_000);
  await guarded.stop();
  await haproxy.stop();
  const downs = readFileSync(told, 'utf8').matchAll(/^b(\d+) down (\d+)$/gm);
  const ours = [...downs].map(([, n, at]) => Number(at) - killedAt[n]);
  const lines = haproxy.log.flatMap(({ at, line }) => {
    const [, n] = /Server farm\/b(\d+) is DOWN/.exec(line) ?? [];
    return n === undefined ? [] : [at - killedAt[n]];
  });
  console.log('from SIGKILL of a server, interval 1 s, fall 3, fastInterval 200 ms:');
  console.log(`  to the start of our exec hook  ${spread(ours)}`);
  console.log(`  to the line in HAProxy's log   ${spread(lines)}`);
};

const system = execFileSync('uname', ['-sr'], { encoding: 'utf8' }).trim();
console.log(`Node ${process.versions.node}, ${system}, load ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}\n`);
try {
  if (process.env.CHECKS) await growth(Number(process.env.CHECKS));
  else {
    await throughput(Number(process.env.BACKENDS) || 5_000);
    await many(10_000);
    await detection(12);
  }
} finally {
  greeters.stop();
  rmSync(folder, { recursive: true, force: true });
}
