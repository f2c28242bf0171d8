import { beforeEach, describe, expect, it } from 'vitest';
import { type Ended, runCommand } from './command.ts';
import { needs } from './debian-program.ts';
import { FarmNetwork, serverAddress, vip } from './farm-network.ts';
import { machinePrograms } from './machine.ts';
import type { RealServer } from './real-server.ts';
import { startVsftpd, vsftpd } from './vsftpd.ts';

/**
 * A passive FTP farm as cloud balancers have it: control port and data ports are forwarded each by itself, nobody looks
 * into the dialogue, and the servers advertise the virtual address.
 */
class CloudFarm implements AsyncDisposable {
  readonly network: FarmNetwork;
  readonly #servers: readonly RealServer[];

  private constructor(network: FarmNetwork, servers: readonly RealServer[]) {
    this.network = network;
    this.#servers = servers;
  }

  /** Opens one that takes the server of each connection by an expression of nft(8). */
  static async open(choice: string): Promise<CloudFarm> {
    const network = await FarmNetwork.open(2);
    const setup = { passiveAddress: vip, passivePorts: [50_000, 50_009] } as const;
    const servers = [1, 2].map((n) => startVsftpd({ site: network.site(n, 21), ...setup }));
    const farm = new CloudFarm(network, await Promise.all(servers));
    const target = `dnat to ${choice} map { 0 : ${serverAddress(1)}, 1 : ${serverAddress(2)} }`;
    await network.balancer.run(
      'nft',
      `
      table ip cloud {
        chain forward {
          type nat hook prerouting priority dstnat;
          ip daddr ${vip} tcp dport 21 ${target}
          ip daddr ${vip} tcp dport 50000-50009 ${target}
        }
      }`,
    );
    return farm;
  }

  /** Checks it through the virtual address, as a client does. */
  check(...args: readonly string[]): Promise<Ended> {
    return runCommand('check_ftp', ['-H', vip, '--reason-code', ...args], this.network.client.enter);
  }

  /** Makes the balancer forget connections that were idle for a second, as a cloud's does after minutes. */
  async forgetsIdle(): Promise<void> {
    const { balancer } = this.network;
    await balancer.run('sysctl', '-q', '-w', 'net.netfilter.nf_conntrack_tcp_timeout_established=1');
    // Otherwise the next packet would make it remember.
    await balancer.run('sysctl', '-q', '-w', 'net.netfilter.nf_conntrack_tcp_loose=0');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) await server[Symbol.asyncDispose]();
    await this.network[Symbol.asyncDispose]();
  }
}

const turnAbout = 'numgen inc mod 2';
// Each rule would have a random seed of its own: the data connection would come to another server every other time.
const bySourceAddress = 'jhash ip saddr mod 2 seed 0x1';
const fiveTimes = ['--file', 'sentinel.txt', '--pasv-address', vip, '--transfers', '5'];
const idle = ['--idle', '3s', '-t', '2'];

/** A check that went wrong with this code. */
const failed = (code: string) => ({
  code: 2,
  stdout: expect.stringMatching(`^FTP CRITICAL - [^|\n]* \\[${code}\\]`),
  stderr: '',
});

const passed = { code: 0, stdout: expect.stringMatching(/^FTP OK - /), stderr: '' };

describe('passive FTP behind a cloud balancer', () => {
  beforeEach((context) => needs(context, vsftpd, ...machinePrograms));

  it('breaks where data connections are balanced without stickiness, and check_ftp says so', async () => {
    await using farm = await CloudFarm.open(turnAbout);
    expect(await farm.check(...fiveTimes)).toEqual(failed('data-refused'));
  });

  it('works with stickiness by source address', async () => {
    await using farm = await CloudFarm.open(bySourceAddress);
    for (let session = 1; session <= 3; session++) expect(await farm.check(...fiveTimes)).toEqual(passed);
  });

  it('survives an idle while', async () => {
    await using farm = await CloudFarm.open(bySourceAddress);
    expect(await farm.check(...idle)).toEqual(passed);
  });

  it('loses an idle control connection to a balancer that forgets it and drops the rest', async () => {
    await using farm = await CloudFarm.open(bySourceAddress);
    await farm.forgetsIdle();
    await farm.network.balancer.drops('input', 'ct state invalid');
    expect(await farm.check(...idle)).toEqual(failed('idle-cut'));
  });

  it('has an idle control connection reset by a balancer that forgets it and says so', async () => {
    await using farm = await CloudFarm.open(bySourceAddress);
    await farm.forgetsIdle();
    expect(await farm.check(...idle)).toEqual(failed('idle-reset'));
  });
});
