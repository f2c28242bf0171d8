import { beforeEach, describe, expect, it } from 'vitest';
import { needs } from './debian-program.ts';
import { eventually } from './eventually.ts';
import { noteFigure } from './figure.ts';
import { LvsDirector, type Transfer } from './lvs-director.ts';
import { helperService, markService } from './lvs-services.ts';
import { umlPrograms } from './uml.ts';
import { vsftpd } from './vsftpd.ts';

const programs = [
  ...umlPrograms,
  vsftpd,
  { debian: 'ipvsadm', path: '/usr/sbin/ipvsadm' },
  { debian: 'iptables', path: '/usr/sbin/iptables-legacy' },
  { debian: 'curl', path: '/usr/bin/curl' },
  { debian: 'procps', path: '/usr/bin/pkill' },
];

/** Under the load of other tests, a processor in user mode is slow. */
const longMs = 600_000;

const variants = [
  { name: 'with ip_vs_ftp, removing', service: helperService, modes: ['passive', 'active'], onDown: 'remove' },
  { name: 'by a firewall mark, with weight 0', service: markService, modes: ['passive'], onDown: 'weight-zero' },
] as const;

describe.each(variants)('the FTP farm of LVS $name', ({ service, modes, onDown }) => {
  beforeEach((context) => needs(context, ...programs));

  it(
    'sends no client to a dead real server once that is known, and clients to it again once it lives',
    async (context) => {
      await using director = await LvsDirector.open(service);
      const before = await director.rules();
      const guardian = await director.startGuardian();
      await guardian.says('rs1', 'up');
      await guardian.says('rs2', 'up');
      expect(await director.rules()).toBe(before);

      await director.startClients(modes, [1, 2]);
      const served = (transfers: readonly Transfer[], from: string) =>
        transfers.some((t) => t.exit === 0 && t.from === from);
      await eventually(
        async () => {
          const transfers = await director.transfers();
          return served(transfers, 'rs1') && served(transfers, 'rs2') ? true : undefined;
        },
        { what: 'transfers from both servers', timeoutMs: 120_000 },
      );
      expect((await director.transfers()).filter(({ exit }) => exit !== 0)).toEqual([]);

      const killed = await director.now();
      await director.killServer(1);
      await guardian.says('rs1', 'down');
      await guardian.brings('rs1 out of IPVS', isOut(onDown));
      const known = await director.now();
      noteFigure(context, `out of IPVS ${(known - killed).toFixed(1)} s after it was killed, in user mode`);
      const later = async () => (await director.transfers()).filter(({ at }) => at > known);
      await eventually(async () => ((await later()).length >= 10 ? true : undefined), {
        what: 'transfers without the dead server',
        timeoutMs: 120_000,
      });
      expect((await later()).filter(({ exit, from }) => exit !== 0 || from !== 'rs2')).toEqual([]);

      await director.startServer(1);
      await guardian.says('rs1', 'up');
      await guardian.brings('the rules of before', isSame(before));
      for (const mode of modes) {
        const names = [
          await director.transfer(5, mode),
          await director.transfer(6, mode),
          await director.transfer(7, mode),
        ];
        expect(new Set(names)).toEqual(new Set(['rs1', 'rs2']));
      }
      expect(await guardian.end('TERM')).toBe(0);
      expect(isSame(before)(await director.rules())).toBe(true);
    },
    longMs,
  );
});

it(
  'keeps a dead real server out over its own SIGKILL and the same rules made anew, and brings it in with its weight',
  async (context) => {
    needs(context, ...programs);
    await using director = await LvsDirector.open(helperService);
    const before = await director.rules();
    const first = await director.startGuardian();
    await first.says('rs2', 'up');
    await director.killServer(1);
    await first.says('rs1', 'down');
    await first.brings('rs1 out of IPVS', isOut('remove'));
    await first.end('KILL');

    // The director's own start script knows nothing of dead servers.
    await director.setUp();
    expect(await director.rules()).toBe(before);
    const second = await director.startGuardian();
    await second.brings('rs1 out of IPVS again', isOut('remove'));

    await director.startServer(1);
    await second.says('rs1', 'up');
    await second.brings('the rules of before', isSame(before));
    expect(await second.end('TERM')).toBe(0);
  },
  longMs,
);

/** Whether the rules send nobody to the first server. */
const isOut =
  (onDown: 'weight-zero' | 'remove') =>
  (rules: string): boolean => {
    const line = rules.split('\n').find((line) => line.includes('10.2.0.11:'));
    return onDown === 'remove' ? line === undefined : line?.endsWith('-w 0') === true;
  };

/** Whether the rules are the same; a server that was added again stands last. */
const isSame =
  (before: string) =>
  (rules: string): boolean =>
    sorted(rules) === sorted(before);

const sorted = (rules: string): string => rules.split('\n').sort().join('\n');
