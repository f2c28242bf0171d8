// What one plugin call costs as a whole process: the built check_ftp, Node itself, and Debian's check_ftp, in turn,
// against a greeting server in another process. `npm run bench:startup`; ROUNDS=100 for a quieter median.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startGreeter } from './greeter.mjs';
import { median } from './median.mjs';

const root = join(import.meta.dirname, '..');
const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const target = 1.25;
const rounds = Number(process.env.ROUNDS) || 40;

/** Wall time of one whole process in milliseconds, from spawn to exit. */
const wallMs = ({ argv }) => {
  const [command, ...args] = argv;
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  const elapsed = performance.now() - start;
  if (status !== 0) throw new Error(`${argv.join(' ')} failed: ${error ?? stdout + stderr}`);
  return elapsed;
};

/** User and system time of one process in milliseconds: bash knows its children's, Node does not tell. */
const cpuMs = ({ argv }) => {
  const script = `TIMEFORMAT='%U %S'; time for ((i = 0; i < ${rounds}; i++)); do "$@"; done >/dev/null`;
  const { stderr } = spawnSync('bash', ['-c', script, 'bash', ...argv], { encoding: 'utf8' });
  const [user, system] = stderr.trim().split(' ').map(Number);
  return ((user + system) * 1000) / rounds;
};

const run = async () => {
  const server = await startGreeter();
  const debian = '/usr/lib/nagios/plugins/check_ftp';
  const check = ['-H', '127.0.0.1', '-p', `${server.port}`];
  const node = { name: 'node -e 0', argv: [process.execPath, '-e', '0'] };
  const ours = { name: 'check_ftp', argv: [process.execPath, join(root, bin.check_ftp), ...check] };
  const commands = [node, ours];
  if (existsSync(debian)) commands.push({ name: "Debian's check_ftp", argv: [debian, ...check] });
  else console.log(`${debian} is not installed (apt-get install monitoring-plugins-basic)`);

  const times = new Map(commands.map((command) => [command, []]));
  for (const command of commands) wallMs(command);
  for (let round = 0; round < rounds; round++) for (const command of commands) times.get(command).push(wallMs(command));

  const base = median(times.get(node));
  const ratio = (command) => median(times.get(command)) / base;
  const system = execFileSync('uname', ['-sr'], { encoding: 'utf8' }).trim();
  console.log(`Node ${process.versions.node}, ${system}; ${rounds} rounds in turn, medians of whole processes\n`);
  console.log(`${'command'.padEnd(20)}${'wall'.padStart(12)}${'ratio'.padStart(9)}${'user+sys'.padStart(12)}`);
  for (const command of commands) {
    const wall = `${median(times.get(command)).toFixed(1)} ms`;
    const cpu = `${cpuMs(command).toFixed(1)} ms`;
    console.log(
      `${command.name.padEnd(20)}${wall.padStart(12)}${ratio(command).toFixed(2).padStart(9)}${cpu.padStart(12)}`,
    );
  }
  const verdict = ratio(ours) <= target ? '✓' : '✗';
  console.log(`\n${verdict} check_ftp takes ${ratio(ours).toFixed(2)} of node -e 0 (target: at most ${target})`);
  server.stop();
};

await run();
