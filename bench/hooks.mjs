// What deliveries take: `npm run bench:hooks`, as root, with Debian's nftlb, haproxy and socat; ROUNDS=5 for more of them.
// Flips: 1,000 backends change their desired state at once, first to down, then to up, then twice in a row, and the
// balancer is asked until it shows all of it. For exec the balancer is a file that a shell script of one line appends to.
// Deaths: a server of two stops listening while clients come every 10 ms; from its end to the last client that was not
// served, with a check of its greeting, interval 1 s, fall 2, fastInterval 200 ms.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hookTypes, systemClock } from 'farm-guardian';
import { FarmHooks } from '../dist/src/guardian/farm-hooks.js';
import { Sharing } from '../dist/src/hook/sharing.js';
import { startHaproxy, startNftlb } from './balancers.mjs';
import { deaths } from './deaths.mjs';
import { median } from './median.mjs';

const size = Number(process.env.BACKENDS) || 1_000;
const rounds = Number(process.env.ROUNDS) || 3;

if (process.env.BENCH_NAMESPACE === undefined) {
  const { status, error } = spawnSync('unshare', ['--net', process.execPath, ...process.argv.slice(1)], {
    env: { ...process.env, BENCH_NAMESPACE: '1' },
    stdio: 'inherit',
  });
  if (error) throw error;
  process.exit(status ?? 1);
}
spawnSync('ip', ['link', 'set', 'lo', 'up']);
const folder = mkdtempSync(join(tmpdir(), 'farm-guardian-bench-'));
const ids = Array.from({ length: size }, (_, i) => `b${i + 1}`);
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const address = (i) => `10.2.${i >> 8}.${i & 255}`;

/** One hook's options, as a config's schema makes them. */
const hookOf = (type, options) => {
  const found = hookTypes.find(({ name }) => name === type);
  const parsed = found.options['~standard'].validate(options);
  if (parsed.issues) throw new Error(JSON.stringify(parsed.issues));
  return { type: found, options: parsed.value, line: 1 };
};

/** Flips all backends, and gives how long it took until the balancer showed all, and what its hook was told. */
const flipAll = async (hook, states) => {
  const told = new Map();
  let failed = 0;
  let disordered = 0;
  const attempted = (_hook, { change: { backend, sequence }, error }) => {
    if (error !== undefined) failed++;
    else if (sequence < (told.get(backend) ?? 0)) disordered++;
    else told.set(backend, sequence);
  };
  const farm = {
    id: 'farm',
    backends: ids.map((id, i) => ({ id, host: address(i), port: 21 })),
    hooks: [hook],
    resyncMs: undefined,
  };
  const reports = { attempted, drifted() {}, leftAlone() {} };
  const hooks = new FarmHooks(farm, { clock: systemClock, log: silent, sharing: new Sharing() }, reports);
  let sequence = 0;
  const want = (state, previous) => {
    for (const [i, backend] of ids.entries())
      hooks.want({
        ...{ farm: 'farm', vip: '', backend, host: address(i), port: 21, state, previous, code: 'refused' },
        ...{ summary: 'Connection refused', sequence: ++sequence, at: new Date().toISOString() },
      });
  };
  const untilAll = async (state) => {
    const isAll = (shown) => ids.every((id) => shown.get(id) === state);
    // Asking must not take the time of what is measured.
    while (hooks.hooks[0].pending > 0) await sleep(1);
    while (!isAll(await states())) await sleep(2);
  };
  const timed = async (state, ...wants) => {
    const startedAt = performance.now();
    for (const [wanted, previous] of wants) want(wanted, previous);
    await untilAll(state);
    return performance.now() - startedAt;
  };
  const took = { down: [], up: [], 'down and up': [] };
  for (let round = 0; round < rounds; round++) {
    took.down.push(await timed('down', ['down', 'up']));
    took.up.push(await timed('up', ['up', 'down']));
    // The newer one overtakes what was not yet told; none may be lost.
    took['down and up'].push(await timed('up', ['down', 'up'], ['up', 'down']));
  }
  const lost = ids.filter((id, i) => told.get(id) !== sequence - size + i + 1).length;
  await hooks[Symbol.asyncDispose]();
  return { took, failed, disordered, lost };
};

const report = (name, { took, failed, disordered, lost }) => {
  const cells = Object.entries(took).map(([what, ms]) => {
    const middle = median(ms);
    const rate = Math.round((size / middle) * 1_000);
    return `${what} ${Math.round(middle)} ms${what === 'down' ? ` (${rate} backends/s)` : ''}`;
  });
  console.log(`${name.padEnd(8)} ${cells.join(', ')}; failed ${failed}, lost ${lost}, out of order ${disordered}`);
  return lost + disordered + failed;
};

let faults = 0;
console.log(`${size} backends flip at once, until the balancer shows all (median of ${rounds}):`);
try {
  const log = join(folder, 'told');
  const script = join(folder, 'on-change');
  writeFileSync(log, '');
  writeFileSync(script, `#!/bin/sh\necho "$1 $2" >>${log}\n`, { mode: 0o755 });
  const fileStates = async () =>
    new Map(
      readFileSync(log, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split(' ')),
    );
  faults += report('exec', await flipAll(hookOf('exec', { command: [script, '{backend}', '{state}'] }), fileStates));

  const backends = ids.map((name, i) => ({
    ...{ name, 'ip-addr': address(i), port: '21', weight: '1', priority: '1', state: 'up' },
    mark: `0x${(0x200 + i).toString(16)}`,
  }));
  const nftlb = await startNftlb({
    ...{ name: 'farm', family: 'ipv4', 'virtual-addr': '10.1.0.100', 'virtual-ports': '21', mode: 'snat' },
    ...{ protocol: 'tcp', helper: 'ftp', scheduler: 'weight', persistence: 'srcip', state: 'up', backends },
  });
  process.env.BENCH_KEY = 'bench-key';
  const nftlbHook = hookOf('nftlb', { url: nftlb.url, key: { env: 'BENCH_KEY' } });
  faults += report('nftlb', await flipAll(nftlbHook, nftlb.states).finally(nftlb.kill));

  const haproxy = await startHaproxy(
    join(folder, 'flips'),
    ids.map((id, i) => [id, `${address(i)}:21`]),
  );
  const haproxyHook = hookOf('haproxy', { socket: haproxy.socket });
  faults += report('haproxy', await flipAll(haproxyHook, haproxy.states).finally(haproxy.kill));

  console.log(`\nA server dies: the last client that was not served, after its death (median and worst of ${rounds}):`);
  await deaths({
    folder,
    rounds,
    report: (name, ms) => {
      console.log(`${name.padEnd(15)} ${Math.round(median(ms))} ms, worst ${Math.round(Math.max(...ms))} ms`);
    },
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(faults === 0 ? 0 : 1);
