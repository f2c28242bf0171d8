// What a check of FTP costs by itself, in ratios of one run: `npm run bench:ftp`; ROUNDS=100 for quieter medians.
// Classic: CPU of a look at the greeting, in this process, against a raw dialogue of node:net doing the same.
// Deep: wall time of login, EPSV, RETR and QUIT with a real vsftpd against curl, both without their programs' start-up:
// ours in this process, which has started; curl's less what it takes where nothing listens. The same of a whole process
// of check_ftp comes on top, because Node compiles code when it first runs.
import { execFileSync, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { runCheck, systemClock } from 'farm-guardian';
import { ftp } from 'farm-guardian/checks';
import { startGreeter } from './greeter.mjs';
import { cpuMs, inTurn, rounds } from './measure.mjs';
import { median } from './median.mjs';
import { startVsftpd } from './vsftpd.mjs';

const host = '127.0.0.1';
const root = join(import.meta.dirname, '..');

const check = async (port, options) => {
  const outcome = await runCheck(
    { checker: ftp, target: { host, port }, options },
    { timeoutMs: 10_000, clock: systemClock },
  );
  if (outcome.status !== 'OK') throw new Error(outcome.summary);
};

const rawDialogue = (port) =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.on('error', reject);
    socket.once('connect', () => socket.setNoDelay(true));
    socket.once('data', (bytes) => {
      if (!bytes.toString().startsWith('220')) return reject(new Error(`greeted with ${bytes}`));
      socket.end('QUIT\r\n', () => {
        socket.destroy();
        resolve();
      });
    });
  });

/** Wall time of one call in milliseconds, the median of `times`. */
const wallMsOf = async (call, times) => {
  const all = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await call();
    all.push(performance.now() - start);
  }
  return median(all);
};

/** Wall time of one whole process in milliseconds, from spawn to exit. */
const wallMs = ([command, ...args], status) => {
  const start = performance.now();
  const ended = spawnSync(command, args, { encoding: 'utf8' });
  const elapsed = performance.now() - start;
  if (ended.status !== status) throw new Error(`${command} ended with ${ended.status}: ${ended.stdout}${ended.stderr}`);
  return elapsed;
};

const verdict = (what, ratio, target) =>
  console.log(`${ratio <= target ? '✓' : '✗'} ${what}: ${ratio.toFixed(2)} (target: at most ${target})\n`);

const classic = async () => {
  const greeter = await startGreeter();
  const { port } = greeter;
  // A daemon runs for months: the compiler has seen its code.
  for (const call of [() => rawDialogue(port), () => check(port, {})]) await cpuMs(call, 5_000);
  const [raw, ours] = await inTurn([
    () => cpuMs(() => rawDialogue(port), 100),
    () => cpuMs(() => check(port, {}), 100),
  ]);
  greeter.stop();
  console.log(
    `CPU of a look at the greeting: node:net ${median(raw).toFixed(3)} ms, the check ${median(ours).toFixed(3)} ms`,
  );
  const ratios = ours.map((ms, round) => ms / raw[round]);
  verdict('check / node:net', median(ratios), 1.5);
};

const deep = async () => {
  const server = await startVsftpd({ 'sentinel.txt': 'all is well\n'.padEnd(1_024, '.') });
  try {
    const checkFtp = (port) => [
      process.execPath,
      join(root, 'dist/bin/check_ftp.cjs'),
      ...['-H', host, '-p', `${port}`, '--file', 'sentinel.txt'],
    ];
    const curl = (port) => ['curl', '--silent', '--show-error', `ftp://${host}:${port}/sentinel.txt`];
    const nobody = 1;
    const inside = () => check(server.port, { file: 'sentinel.txt' });
    await cpuMs(inside, 500);
    const columns = await inTurn([
      () => wallMsOf(inside, 15),
      () => cpuMs(inside, 10),
      () => wallMs(curl(server.port), 0),
      () => wallMs(curl(nobody), 7),
      () => wallMs(checkFtp(server.port), 0),
      () => wallMs(checkFtp(nobody), 2),
    ]);
    const [ours, cpu, curls, curlStart, whole, start] = columns.map(median);
    const less = (all, part) => `${all.toFixed(1)} ms - ${part.toFixed(1)} ms start-up = ${(all - part).toFixed(1)} ms`;
    console.log('login, EPSV, RETR of 1 KiB and QUIT with vsftpd:');
    console.log(`  the check   ${ours.toFixed(1)} ms, of which CPU ${cpu.toFixed(2)} ms`);
    console.log(`  curl        ${less(curls, curlStart)}`);
    console.log(`  check_ftp   ${less(whole, start)}`);
    verdict('check / curl', ours / (curls - curlStart), 1.2);
  } finally {
    await server.stop();
  }
};

const system = execFileSync('uname', ['-sr'], { encoding: 'utf8' }).trim();
console.log(`Node ${process.versions.node}, ${system}; ${rounds} rounds in turn, medians\n`);
await classic();
await deep();
