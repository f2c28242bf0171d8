// From a server's death to the last client that was not served, for bench/hooks.mjs.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGuardian } from 'farm-guardian';
import { ftp } from 'farm-guardian/checks';
import { startHaproxy, startNftlb } from './balancers.mjs';

const onChange = join(import.meta.dirname, '../examples/on-change');
const vip = '10.1.0.100';
const hosts = { b1: '10.2.0.11', b2: '10.2.0.12' };
const ip = (...args) => execFileSync('ip', args);

/** A server that greets as FTP servers do, with its name. */
const greeter = async (name) => {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    socket.write(`220 ${name}\r\n`);
    socket.on('data', () => socket.end('221 bye\r\n'));
  });
  const listen = () => once(server.listen(21, hosts[name]), 'listening');
  await listen();
  const kill = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { listen, kill };
};

/** Clients that come every 10 ms, each with a second of patience; run by hand where `node bench/deaths.mjs HOST PORT` says. */
const comeAndGo = async (host, port) => {
  for (;;) {
    const at = Date.now();
    const socket = connect({ host, port, timeout: 1_000 });
    socket.on('timeout', () => socket.destroy()).on('error', () => {});
    const greeted = Promise.race([
      once(socket, 'data').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    greeted.then((served) => {
      socket.destroy();
      if (!served) process.stdout.write(`${at}\n`);
    });
    await sleep(10);
  }
};

/** Clients as another process, on a machine of their own where they have to be routed; gives when each was not served. */
const clients = async (host, port, routed) => {
  const command = [process.execPath, import.meta.filename, host, String(port), routed ? 'routed' : 'here'];
  const [program, ...args] = routed ? ['unshare', '--net', ...command] : command;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const unserved = [];
  child.stdout.on('data', (bytes) => unserved.push(...String(bytes).split('\n').filter(Boolean).map(Number)));
  await sleep(500);
  if (routed) ip('link', 'set', 'client', 'netns', String(child.pid));
  child.stdin.end('go\n');
  await sleep(1_000);
  unserved.splice(0);
  return { unserved, kill: () => child.kill('SIGKILL') };
};

/** One death under a hook: milliseconds from the server's end to the last client that came in vain. */
const death = async ({ folder, hook, port, host = '127.0.0.1', routed = false }) => {
  const [first, second] = [await greeter('b1'), await greeter('b2')];
  const guardian = await createGuardian(
    {
      stateDir: join(folder, `state-${Math.random()}`),
      defaults: { interval: '1s', fastInterval: '200ms', timeout: '1s', fall: 2, rise: 2 },
      farms: { farm: { check: { type: 'ftp' }, backends: hosts, hooks: [hook] } },
    },
    { checkers: [ftp] },
  );
  const isDown = new Promise((resolve) =>
    guardian.events.on('delivery', ({ change, error }) => change.state === 'down' && !error && resolve()),
  );
  let fault;
  guardian.events.on('delivery', ({ error }) => {
    fault ??= error;
  });
  while (guardian.status().farms[0].hooks[0].delivered < 2) {
    if (fault !== undefined) throw new Error(`the hook ${hook.type} cannot deliver: ${fault}`);
    await sleep(20);
  }
  const crowd = await clients(host, port, routed);
  await sleep(Math.random() * 1_000);
  const diedAt = Date.now();
  first.kill();
  await isDown;
  await sleep(1_500);
  crowd.kill();
  await guardian.stop();
  second.kill();
  return Math.max(0, ...crowd.unserved.filter((at) => at >= diedAt).map((at) => at - diedAt));
};

/** Tells `report` of each way to signal what its deaths took. */
export const deaths = async ({ folder, rounds, report }) => {
  for (const host of Object.values(hosts)) ip('address', 'add', `${host}/32`, 'dev', 'lo');
  const measure = async (name, open) => {
    const took = [];
    for (let round = 0; round < rounds; round++) {
      const { kill, ...scene } = await open();
      took.push(await death({ folder, ...scene }).finally(kill));
    }
    report(name, took);
  };
  const plain = Object.entries(hosts).map(([name, host]) => [name, `${host}:21`]);
  const agent = plain.map(([name, server]) => [
    name,
    `${server} agent-check agent-addr 127.0.0.1 agent-port 9721 agent-inter 200ms agent-send "farm/${name}\\n"`,
  ]);
  const haproxy = (servers, hookFor) => async () => {
    const { socket, kill } = await startHaproxy(join(folder, 'deaths'), servers, { port: 2_121 });
    return { hook: hookFor(socket), port: 2_121, kill };
  };
  await measure(
    'exec (HAProxy)',
    haproxy(plain, (socket) => {
      process.env.HAPROXY_SOCKET = socket;
      return {
        type: 'exec',
        command: ['/usr/bin/env', `HAPROXY_SOCKET=${socket}`, onChange, '{farm}', '{backend}', '{state}'],
      };
    }),
  );
  await measure(
    'haproxy, socket',
    haproxy(plain, (socket) => ({ type: 'haproxy', socket })),
  );
  await measure(
    'haproxy, agent',
    haproxy(agent, () => ({ type: 'haproxy', agentListen: '127.0.0.1:9721' })),
  );
  process.env.BENCH_KEY = 'bench-key';
  await measure('nftlb', async () => {
    ip('link', 'add', 'balancer', 'type', 'veth', 'peer', 'name', 'client');
    for (const address of ['10.1.0.1', vip]) ip('address', 'add', `${address}/24`, 'dev', 'balancer');
    ip('link', 'set', 'balancer', 'up');
    execFileSync('sysctl', ['-q', '-w', 'net.ipv4.ip_forward=1']);
    const backends = Object.entries(hosts).map(([name, host], i) => ({
      ...{ name, 'ip-addr': host, port: '21', weight: '1', priority: '1', mark: `0x20${i + 1}`, state: 'up' },
    }));
    const nftlb = await startNftlb({
      ...{ name: 'farm', family: 'ipv4', 'virtual-addr': vip, 'virtual-ports': '21', mode: 'dnat' },
      ...{ protocol: 'tcp', scheduler: 'weight', state: 'up', backends },
    });
    const hook = { type: 'nftlb', url: nftlb.url, key: { env: 'BENCH_KEY' } };
    const kill = () => {
      nftlb.kill();
      execFileSync('nft', ['flush', 'ruleset']);
      // With the clients' machine its end of the cable is gone, and with that ours.
      spawnSync('ip', ['link', 'delete', 'balancer'], { stdio: 'ignore' });
    };
    return { hook, port: 21, host: vip, routed: true, kill };
  });
};

if (process.argv[1] === import.meta.filename) {
  const [host, port, where] = process.argv.slice(2);
  await once(process.stdin, 'data');
  if (where === 'routed') {
    ip('address', 'add', '10.1.0.10/24', 'dev', 'client');
    ip('link', 'set', 'client', 'up');
  }
  await comeAndGo(host, Number(port));
}
