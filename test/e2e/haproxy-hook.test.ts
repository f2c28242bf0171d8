import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { needs } from './debian-program.ts';
import { eventually } from './eventually.ts';
import { GuardedFarm } from './guarded-farm.ts';
import { Haproxy, haproxy } from './haproxy.ts';
import type { RealServer } from './real-server.ts';
import { sshd, startSshd } from './sshd.ts';

/** Two SSH servers behind HAProxy, and a guardian with a `haproxy` hook. */
class HaproxyLab implements AsyncDisposable {
  servers: readonly RealServer[] = [];
  balancer!: Haproxy;
  guarded!: GuardedFarm;
  readonly #things: AsyncDisposable[] = [];

  /** @param options of the hook, and of each server in HAProxy's config */
  static async open(
    options: (balancer: Haproxy) => Record<string, unknown>,
    server: (name: string) => string = () => '',
  ): Promise<HaproxyLab> {
    const lab = new HaproxyLab();
    try {
      lab.servers = await Promise.all([startSshd({}), startSshd({})]);
      lab.#things.push(...lab.servers);
      const [b1 = '', b2 = ''] = lab.servers.map(({ address }) => address);
      const servers = { b1: `${b1} ${server('b1')}`, b2: `${b2} ${server('b2')}` };
      lab.balancer = lab.#keep(await Haproxy.open({ servers }));
      const hook = { type: 'haproxy', backend: 'sftp', ...options(lab.balancer) };
      lab.guarded = lab.#keep(await GuardedFarm.open({ check: { type: 'ssh' }, backends: { b1, b2 }, hook }));
      return lab;
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Whether a new client is greeted by a server. */
  async isServed(): Promise<boolean> {
    const socket = connect(this.balancer.port, '127.0.0.1');
    const greeted = await Promise.race([
      once(socket, 'data').then(([bytes]) => String(bytes).startsWith('SSH-2.0-')),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    return greeted;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const thing of this.#things.reverse()) await thing[Symbol.asyncDispose]();
  }

  #keep<Thing extends AsyncDisposable>(thing: Thing): Thing {
    this.#things.push(thing);
    return thing;
  }
}

const unix = ({ socket }: Haproxy) => ({ socket });
const tcp = ({ apiPort }: Haproxy) => ({ socket: `127.0.0.1:${apiPort}`, shutdownSessions: true });
/** What HAProxy shows of a server that gets clients and that only the agent is asked about. */
const inRotation = /^(UP|no check)$/;

const ready = ({ outcome, shows }: { outcome: string; shows: string | null }) =>
  outcome === 'delivered' && (shows === 'ready' || shows === 'up');

describe('HAProxy, of Debian,', () => {
  beforeEach((context) => needs(context, haproxy, sshd));

  it.each([
    ['a unix socket', unix],
    ['TCP', tcp],
  ])('sends a dead server no client, and takes it back, told over %s', async (_how, options) => {
    await using lab = await HaproxyLab.open(options);
    await lab.guarded.shows('b1', ready, 'ready');
    await lab.servers[0]?.kill();
    await lab.balancer.shows('b1', 'MAINT');
    for (let times = 0; times < 4; times++) expect(await lab.isServed()).toBe(true);
    await lab.servers[0]?.start();
    await lab.balancer.shows('b1', 'no check');
  });

  it('takes the config of docs/load-balancers/haproxy.md', async () => {
    const example = join(import.meta.dirname, '../../examples/haproxy.cfg');
    await expect(promisify(execFile)(haproxy.path, ['-c', '-f', example])).resolves.toBeDefined();
  });

  it('drains on order, and is ready again when the order ends', async () => {
    await using lab = await HaproxyLab.open(unix);
    await lab.guarded.shows('b1', ready, 'ready');
    expect((await lab.guarded.run('drain', 'farm/b1', '--for', '3s', '--reason', 'test')).code).toBe(0);
    await lab.balancer.shows('b1', 'DRAIN');
    await lab.balancer.shows('b1', 'no check');
  });

  it('keeps what its operator ordered, and is guarded again once that is over', async () => {
    await using lab = await HaproxyLab.open(unix);
    await lab.guarded.shows('b2', ready, 'ready');
    await lab.balancer.run('set server sftp/b2 state maint');
    const left = await lab.guarded.shows('b2', ({ outcome }) => outcome === 'left-alone', 'left alone');
    expect(left).toMatchObject({ hook: 'haproxy', shows: 'MAINT' });

    // Neither a death and a return, nor our own restart, is a reason to overrun it.
    await lab.servers[1]?.kill();
    await eventually(async () => (await lab.guarded.status('b2')).desired === 'down' || undefined, { what: 'down' });
    await lab.guarded.kill();
    lab.guarded.start();
    await lab.servers[1]?.start();
    await eventually(async () => (await lab.guarded.status('b2')).desired === 'up' || undefined, { what: 'up' });
    await lab.guarded.shows('b2', ({ outcome }) => outcome === 'left-alone', 'left alone');
    expect(await lab.balancer.status('b2')).toBe('MAINT');

    await lab.balancer.run('set server sftp/b2 state ready');
    await lab.guarded.shows('b2', ready, 'ready');
  });

  it('is right again within one resync of a restart with the state of long ago', async () => {
    await using lab = await HaproxyLab.open(unix);
    await lab.guarded.shows('b2', ready, 'ready');
    // Of then: b2 out, b1 in. Of now: b1 out, b2 in.
    await lab.servers[1]?.kill();
    await lab.balancer.shows('b2', 'MAINT');
    await lab.balancer.saveState();
    await lab.servers[1]?.start();
    await lab.balancer.shows('b2', 'no check');
    await lab.servers[0]?.kill();
    await lab.balancer.shows('b1', 'MAINT');
    await lab.guarded.shows('b1', ({ outcome }) => outcome === 'delivered', 'delivered');

    await lab.balancer.kill();
    await lab.balancer.start();
    expect([await lab.balancer.status('b1'), await lab.balancer.status('b2')]).toEqual(['no check', 'MAINT']);
    const since = performance.now();
    await lab.balancer.shows('b1', 'MAINT', 2_500);
    await lab.balancer.shows('b2', 'no check', 2_500);
    expect(performance.now() - since).toBeLessThan(2_500);
    const drifts = (await lab.guarded.journal()).flatMap((entry) => (entry.type === 'drift' ? [entry] : []));
    expect(drifts.map(({ backend, state, found }) => `${backend} ${state} ${found}`).sort()).toEqual([
      'b1 down ready',
      'b2 up MAINT',
    ]);
  });

  it('is told by its agent checks, keeps that without a guardian, and can be released from it', async () => {
    const port = await freePort();
    const agent = (name: string) =>
      `agent-check agent-addr 127.0.0.1 agent-port ${port} agent-inter 200ms agent-send "farm/${name}\\n"`;
    const options = () => ({ agentListen: `127.0.0.1:${port}`, warningWeight: 50 });
    await using lab = await HaproxyLab.open(options, agent);
    await lab.guarded.shows('b1', ({ outcome }) => outcome === 'delivered', 'delivered');
    await lab.servers[0]?.kill();
    await lab.balancer.shows('b1', 'DOWN (agent)');
    expect(await lab.balancer.run('show stat')).toMatch(/via agent : down \(refused connect to address/);
    expect(await lab.isServed()).toBe(true);

    expect((await lab.guarded.run('drain', 'farm/b2', '--reason', 'test')).code).toBe(0);
    await lab.balancer.shows('b2', /^DRAIN/);
    expect((await lab.guarded.run('ready', 'farm/b2')).code).toBe(0);
    await lab.balancer.shows('b2', inRotation);

    await lab.guarded.kill();
    await lab.balancer.shows('b1', 'DOWN (agent)');
    await lab.balancer.run('set server sftp/b1 agent up; disable agent sftp/b1');
    await lab.balancer.shows('b1', inRotation);

    await lab.balancer.run('enable agent sftp/b1');
    lab.guarded.start();
    await lab.balancer.shows('b1', 'DOWN (agent)');
    await lab.servers[0]?.start();
    await lab.balancer.shows('b1', inRotation);
  });
});
