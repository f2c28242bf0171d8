// What a check of SSH costs by itself: `npm run bench:ssh`; ROUNDS=100 for quieter medians.
// Identification: CPU of a look at it, in this process, against a raw dialogue of node:net doing the same.
// Login and SFTP: time of each stage and CPU with a real sshd, in this process, beside a whole process of sftp -b and one
// of check_ssh doing the same.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { runCheck, systemClock } from 'farm-guardian';
import { ssh } from 'farm-guardian/checks';
import { startGreeter } from './greeter.mjs';
import { cpuMs, inTurn, rounds } from './measure.mjs';
import { median } from './median.mjs';
import { startSshd } from './sshd.mjs';

const host = '127.0.0.1';
const root = join(import.meta.dirname, '..');

const check = async (port, options) => {
  const outcome = await runCheck(
    { checker: ssh, target: { host, port }, options },
    { timeoutMs: 10_000, clock: systemClock },
  );
  if (outcome.status !== 'OK') throw new Error(outcome.summary);
  return outcome;
};

/** The least that leaves no error in the server's log: it identifies itself, ends its side, and waits for the other. */
const rawDialogue = (port) =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.on('error', reject);
    socket.once('connect', () => socket.setNoDelay(true));
    socket.once('close', resolve);
    socket.once('data', (bytes) => {
      if (!bytes.toString().startsWith('SSH-2.0-')) return reject(new Error(`identified as ${bytes}`));
      socket.resume();
      socket.end('SSH-2.0-bench\r\n');
    });
  });

const classic = async () => {
  const greeter = await startGreeter('SSH-2.0-bench\r\n', '');
  const { port } = greeter;
  // A daemon runs for months: the compiler has seen its code.
  for (const call of [() => rawDialogue(port), () => check(port, {})]) await cpuMs(call, 5_000);
  const [raw, ours] = await inTurn([
    () => cpuMs(() => rawDialogue(port), 100),
    () => cpuMs(() => check(port, {}), 100),
  ]);
  greeter.stop();
  console.log(
    `CPU of a look at the identification: node:net ${median(raw).toFixed(3)} ms, the check ${median(ours).toFixed(3)} ms`,
  );
  const ratio = median(ours.map((ms, round) => ms / raw[round]));
  console.log(`${ratio <= 1.5 ? '✓' : '✗'} check / node:net: ${ratio.toFixed(2)} (target: at most 1.5)\n`);
};

/** Wall and CPU time of a whole process and its children, in milliseconds. */
const processMs = ([command, ...args]) => {
  const script = 'TIMEFORMAT="%3R %3U %3S"; time "$@" >/dev/null 2>&1';
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', command, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
  const [wall, user, system] = stderr.trim().split(' ').map(Number);
  return { wall: wall * 1_000, cpu: (user + system) * 1_000 };
};

const deep = async () => {
  const server = await startSshd({ 'sentinel.txt': 'all is well\n'.padEnd(1_024, '.') });
  try {
    const { port, user, key, knownHosts, folder } = server;
    const options = { user, key, knownHosts, file: 'sentinel.txt' };
    const batch = join(folder, 'batch');
    writeFileSync(batch, 'get sentinel.txt /dev/null\n');
    const sftp = [
      ...['sftp', '-q', '-b', batch, '-P', `${port}`, '-i', key, '-F', 'none', '-o', 'IdentitiesOnly=yes'],
      ...['-o', `UserKnownHostsFile=${knownHosts}`, `${user}@${host}`],
    ];
    const checkSsh = [
      ...[process.execPath, join(root, 'dist/bin/check_ssh.cjs'), '-H', host, '-p', `${port}`],
      ...['--user', user, '--key', key, '--known-hosts', knownHosts, '--file', 'sentinel.txt'],
    ];
    const steps = [];
    const inside = async () => {
      const startedAt = performance.now();
      const outcome = await check(port, options);
      steps.push(outcome.steps);
      return performance.now() - startedAt;
    };
    await cpuMs(inside, 30);
    steps.length = 0;
    const [wall, cpu, others, whole] = await inTurn([
      inside,
      () => cpuMs(() => check(port, options), 5),
      () => processMs(sftp),
      () => processMs(checkSsh),
    ]);
    const of = (all, what) => median(all.map((each) => each[what])).toFixed(1);
    console.log('login by key and reading 1 KiB by SFTP with sshd:');
    console.log(`  the check   ${median(wall).toFixed(1)} ms, of which CPU ${median(cpu).toFixed(2)} ms`);
    for (const [i, { name }] of steps[0].entries())
      console.log(
        `    ${name.padEnd(10)}${median(steps.map((each) => each[i].durationMs))
          .toFixed(1)
          .padStart(6)} ms`,
      );
    console.log(
      `  sftp -b     ${of(others, 'wall')} ms, of which CPU ${of(others, 'cpu')} ms (a whole process, and ssh)`,
    );
    console.log(`  check_ssh   ${of(whole, 'wall')} ms, of which CPU ${of(whole, 'cpu')} ms (a whole process)`);
  } finally {
    await server.stop();
  }
};

const system = execFileSync('uname', ['-sr'], { encoding: 'utf8' }).trim();
console.log(`Node ${process.versions.node}, ${system}; ${rounds} rounds in turn, medians\n`);
await classic();
await deep();
