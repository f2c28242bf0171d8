// What worker threads cost deep checks, and what they spare the main loop: SSH and FTP checks in this thread and on
// the pool, then a server that gets ssh2 stuck. `npm run bench:isolation`; CHECKS=500 for quieter figures.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const dist = join(import.meta.dirname, '../dist');
const users = { probe: 'hunter2' };

const serve = async () => {
  const { createFtpServer, createSshServer } = await import(join(dist, 'src/testkit/index.js'));
  const files = { '/sentinel.txt': 'all is well\n' };
  const [ssh, hostile] = [await createSshServer({ users, files }), await createSshServer({ users, files })];
  await hostile.inject('packet-size-0');
  const ftp = await createFtpServer({ users, files });
  process.stdout.write(`${JSON.stringify({ ssh: ssh.port, ftp: ftp.port, hostile: hostile.port })}\n`);
  process.stdin.on('end', () => process.exit()).resume();
};

const measure = async () => {
  const { Secret, runCheck, systemClock } = await import(join(dist, 'src/index.js'));
  const { ftp, ssh } = await import(join(dist, 'checks/index.js'));
  const { CheckPool } = await import(join(dist, 'src/worker/check-pool.js'));
  const checks = Number(process.env.CHECKS) || 200;
  const width = 8;
  process.env.BENCH_PASSWORD = users.probe;

  const server = spawn(process.execPath, [import.meta.filename, 'serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await server.stdout.take(1).toArray();
  const ports = JSON.parse(line);
  const login = { user: 'probe', password: new Secret({ env: 'BENCH_PASSWORD' }), file: '/sentinel.txt' };
  const sftp = { ...login, hostKey: ['any'], sftp: true };
  const checkOf = (checker, port, options) => ({ checker, target: { host: '127.0.0.1', port }, options });
  const sshCheck = checkOf(ssh, ports.ssh, sftp);
  const ftpCheck = checkOf(ftp, ports.ftp, login);
  const options = { timeoutMs: 20_000, clock: systemClock };
  const pool = new CheckPool({ clock: systemClock });
  const onPool = (check) => pool.run(check, options);
  const here = (check) => runCheck(check, options);

  const run = async (name, runOnce, check) => {
    const outcome = await runOnce(check);
    if (outcome.status !== 'OK') throw new Error(outcome.summary);
    const before = process.cpuUsage();
    const start = performance.now();
    let left = checks;
    const worker = async () => {
      while (left-- > 0) await runOnce(check);
    };
    await Promise.all(Array.from({ length: width }, worker));
    const { user, system } = process.cpuUsage(before);
    const cpu = `${((user + system) / 1_000 / checks).toFixed(2)} ms`;
    const wall = `${((performance.now() - start) / checks).toFixed(2)} ms`;
    const rss = `${Math.round(process.memoryUsage().rss / 1e6)} MB`;
    console.log(`${name.padEnd(24)}${cpu.padStart(11)}${wall.padStart(11)}${rss.padStart(9)}`);
  };

  console.log(`Node ${process.versions.node}; ${checks} checks each, ${width} at once\n`);
  console.log(`${''.padEnd(24)}${'user+sys'.padStart(11)}${'wall'.padStart(11)}${'RSS'.padStart(9)}`);
  await run('FTP, this thread', here, ftpCheck);
  await run('FTP, pool', onPool, ftpCheck);
  await run('SSH + SFTP, this thread', here, sshCheck);
  await run('SSH + SFTP, pool', onPool, sshCheck);

  const late = monitorEventLoopDelay({ resolution: 1 });
  const watch = async (name, until) => {
    late.reset();
    late.enable();
    let others = 0;
    let over = false;
    const end = until().then(() => {
      over = true;
    });
    for (; !over; others++) await onPool(ftpCheck);
    await end;
    late.disable();
    const figures = [50, 99, 100].map((p) => `p${p} ${(late.percentile(p) / 1e6).toFixed(1)} ms`).join(', ');
    console.log(`${name}: lateness of the main loop ${figures}; ${others} other checks meanwhile`);
  };
  console.log();
  await watch('idle otherwise', () => new Promise((resolve) => setTimeout(resolve, 4_000)));
  // Our own check of SSH knows this trick and does not fall for it.
  const { naiveSftp } = await import('../test/bin/naive-sftp.mjs');
  const hostile = checkOf(naiveSftp, ports.hostile, { password: users.probe });
  for (const name of ['stuck, in company', 'stuck, alone'])
    await watch(name, () => pool.run(hostile, { ...options, timeoutMs: 3_000 }));
  await pool[Symbol.asyncDispose]();
  server.stdin.end();
};

await (process.argv[2] === 'serve' ? serve() : measure());
