// What a plugin costs the guardian: the same plugin run by the exec checker, by bare node:child_process and by a
// shell's loop, in turn. `npm run bench:exec`; RUNS=500 for quieter figures.
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { median } from './median.mjs';

const root = join(import.meta.dirname, '..');
const { exec } = await import(join(root, 'dist/checks/index.js'));
const { runCheck, systemClock } = await import(join(root, 'dist/src/index.js'));
const runs = Number(process.env.RUNS) || 200;
const plugin = '/usr/lib/nagios/plugins/check_dummy';

const check = {
  checker: exec,
  target: { host: '127.0.0.1', port: 1 },
  options: { command: [plugin, '0', 'fine'] },
};

const byChecker = async () => {
  const { status, summary } = await runCheck(check, { timeoutMs: 10_000, clock: systemClock });
  if (status !== 'OK') throw new Error(summary);
};

const byNode = () =>
  new Promise((resolve, reject) => execFile(plugin, ['0', 'fine'], (error) => (error ? reject(error) : resolve())));

/** Milliseconds of one run by the wall, and of this process's own processor time over all of them. */
const measure = async (run) => {
  await run();
  const walls = [];
  const late = monitorEventLoopDelay({ resolution: 1 });
  const before = process.cpuUsage();
  late.enable();
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await run();
    walls.push(performance.now() - start);
  }
  late.disable();
  const { user, system } = process.cpuUsage(before);
  return { wall: median(walls), cpu: (user + system) / 1_000 / runs, late: late.percentile(99) / 1e6 };
};

const byShell = () => {
  const script = `TIMEFORMAT='%R %U %S'; time for ((i = 0; i < ${runs}; i++)); do "$@"; done >/dev/null`;
  const { stderr } = spawnSync('bash', ['-c', script, 'bash', plugin, '0', 'fine'], { encoding: 'utf8' });
  const [real, user, system] = stderr.trim().split(' ').map(Number);
  return { wall: (real * 1_000) / runs, cpu: ((user + system) * 1_000) / runs };
};

const show = (name, { wall, cpu, late }) =>
  console.log(
    `${name.padEnd(26)}${`${wall.toFixed(2)} ms`.padStart(11)}${`${cpu.toFixed(2)} ms`.padStart(11)}${(late === undefined ? '' : `${late.toFixed(1)} ms`).padStart(11)}`,
  );

console.log(`Node ${process.versions.node}; ${runs} runs of check_dummy each, one after the other\n`);
console.log(`${''.padEnd(26)}${'wall'.padStart(11)}${'user+sys'.padStart(11)}${'late p99'.padStart(11)}`);
show('exec checker', await measure(byChecker));
show('node:child_process', await measure(byNode));
show('bash (with the plugin)', byShell());
