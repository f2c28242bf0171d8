// Real balancers for bench/hooks.mjs, of Debian's packages, in the network namespace that it runs in.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const eventually = async (attempt, what) => {
  for (const end = performance.now() + 10_000; performance.now() < end; await sleep(20))
    if (await attempt().catch(() => false)) return;
  throw new Error(`gave up waiting for ${what}`);
};

const start = (program, args) => {
  const child = spawn(program, args, { stdio: 'ignore' });
  return () => child.kill('SIGKILL');
};

/** HAProxy with a backend `farm` of servers `[name, 'HOST:PORT …']`. */
export const startHaproxy = async (folder, servers, { port = 21, tcp = 'mode tcp' } = {}) => {
  mkdirSync(folder, { recursive: true });
  const socket = join(folder, 'haproxy.sock');
  const config = [
    `global\n  stats socket ${socket} level admin\n  maxconn 2000`,
    `defaults\n  ${tcp}\n  timeout connect 500ms\n  timeout client 10s\n  timeout server 10s`,
    `frontend in\n  bind 127.0.0.1:${port}\n  default_backend farm\nbackend farm\n  balance roundrobin`,
    ...servers.map(([name, server]) => `  server ${name} ${server}`),
  ];
  writeFileSync(join(folder, 'haproxy.cfg'), `${config.join('\n')}\n`);
  const kill = start('/usr/sbin/haproxy', ['-f', join(folder, 'haproxy.cfg')]);
  const run = (command) =>
    new Promise((resolve, reject) => {
      const asking = connect(socket);
      let said = '';
      asking.on('data', (bytes) => {
        said += bytes;
      });
      asking.on('error', reject).on('close', () => resolve(said));
      asking.write(`${command}\n`);
    });
  await eventually(async () => (await run('show info')).includes('Pid'), 'HAProxy');
  /** The states, in our words, by server. */
  const states = async () => {
    const rows = (await run('show servers state farm')).split('\n').slice(2).filter(Boolean);
    const word = (flags) => (flags & 1 ? 'down' : flags & 8 ? 'drain' : 'up');
    return new Map(rows.map((row) => row.split(' ')).map((row) => [row[3], word(Number(row[6]))]));
  };
  return { socket, states, kill };
};

/** nftlb with a farm `farm`, by the settings of its API. */
export const startNftlb = async (farm) => {
  const kill = start('/usr/sbin/nftlb', ['-k', 'bench-key', '-l', '3', '-H', '127.0.0.1', '-P', '5555']);
  const ask = (method, path, body) =>
    new Promise((resolve, reject) => {
      const text = body && JSON.stringify(body);
      const headers = { Key: 'bench-key', ...(text && { 'Content-Length': Buffer.byteLength(text) }) };
      const options = { host: '127.0.0.1', port: 5555, method, path, agent: false, headers };
      const asking = request(options, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks))));
      });
      asking.on('error', reject);
      asking.end(text);
    });
  await eventually(() => ask('GET', '/farms'), 'nftlb');
  await ask('POST', '/farms', { farms: [farm] });
  const states = async () => {
    const { farms } = await ask('GET', '/farms/farm');
    const word = { up: 'up', off: 'drain', down: 'down' };
    return new Map(farms[0].backends.map(({ name, state }) => [name, word[state] ?? state]));
  };
  return { url: 'http://127.0.0.1:5555', states, kill };
};
