// HAProxy as a health checker of the same servers: one thread, the same dialogue in its tcp-check.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** CPU time of a process so far, in milliseconds (proc(5), stat). */
export const cpuMsOf = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

/** Starts it; `log` has its lines with the time they came. */
export const startHaproxy = async ({ folder, servers, check }) => {
  const log = [];
  const syslog = createSocket('udp4').on('message', (line) => log.push({ at: Date.now(), line: String(line) }));
  syslog.bind(0, '127.0.0.1');
  await once(syslog, 'listening');
  const config = join(folder, 'haproxy.cfg');
  writeFileSync(
    config,
    `global
  nbthread 1
  log 127.0.0.1:${syslog.address().port} local0
defaults
  mode tcp
  log global
  timeout connect 1s
  timeout client 1s
  timeout server 1s
  timeout check 1s
listen farm
  bind unix@${join(folder, 'haproxy.sock')}
  option tcp-check
  tcp-check connect
  tcp-check expect rstring ^220
  tcp-check send QUIT\\r\\n
${servers.map((address, n) => `  server b${n} ${address} check ${check}`).join('\n')}
`,
  );
  const child = spawn('haproxy', ['-db', '-f', config], { stdio: 'ignore' });
  const stop = async () => {
    child.kill();
    await once(child, 'exit');
    syslog.close();
  };
  return { log, cpuMs: () => cpuMsOf(child.pid), stop };
};
