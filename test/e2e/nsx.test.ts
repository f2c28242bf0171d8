import { beforeEach, describe, expect, it } from 'vitest';
import { type Ended, runCommand } from './command.ts';
import { needs } from './debian-program.ts';
import { FarmNetwork, serverAddress, vip } from './farm-network.ts';
import { ftpPrograms, loginFlags } from './ftp-programs.ts';
import { machinePrograms } from './machine.ts';
import type { RealServer } from './real-server.ts';

/** Clients keep their addresses: the servers see who calls, and call back past the balancer's virtual service. */
const forward = `
  table ip balancer {
    chain forward {
      type nat hook prerouting priority dstnat;
      ip daddr ${vip} tcp dport 21 dnat to numgen inc mod 2 map { 0 : ${serverAddress(1)}, 1 : ${serverAddress(2)} }
    }
  }`;

/** What comes from a server's port 20 looks as if the virtual address had sent it. */
const translateDataConnections = `
  table ip balancer {
    chain translate {
      type nat hook postrouting priority srcnat;
      ip saddr ${serverAddress(1)}-${serverAddress(2)} tcp sport 20 snat to ${vip}
    }
  }`;

const active = ['--data', 'active', '--active-source', 'control', '--active-source-port', '20', '-t', '3'];

const fromPort20 = ftpPrograms.filter(({ usesPort20 }) => usesPort20).map((ftp) => [ftp.name, ftp] as const);

describe.each(fromPort20)('active FTP of %s behind NSX ALB', (_name, ftp) => {
  beforeEach((context) => needs(context, ftp.program, ...machinePrograms));

  /** Checks each server once, through the virtual address. */
  const checkBoth = async (...rulesets: readonly string[]): Promise<readonly Ended[]> => {
    await using network = await FarmNetwork.open(2);
    const { balancer, client } = network;
    for (const ruleset of rulesets) await balancer.run('nft', ruleset);
    await using first = await ftp.start({ site: network.site(1, 21) });
    await using _second: RealServer = await ftp.start({ site: network.site(2, 21) });
    const login = await loginFlags(ftp, first);
    const args = ['-H', vip, '--reason-code', ...login, '--file', 'sentinel.txt', ...active];
    const ends: Ended[] = [];
    for (let times = 1; times <= 2; times++) ends.push(await runCommand('check_ftp', args, client.enter));
    return ends;
  };

  it('passes where data connections of the servers are translated to the virtual address', async () => {
    for (const { code, stdout } of await checkBoth(forward, translateDataConnections)) {
      expect(stdout).toMatch(/^FTP OK - 12 bytes of sentinel\.txt/);
      expect(code).toBe(0);
    }
  });

  it('is told apart by its source where they are not', async () => {
    for (const { code, stdout } of await checkBoth(forward)) {
      expect(stdout).toMatch(/^FTP CRITICAL - [^|\n]* \[active-source\]/);
      expect(code).toBe(2);
    }
  });
});
