import type { GuardianView } from '../../src/guardian/guardian.ts';
import type { BackendStatus, GuardianStatus } from '../../src/guardian/guardian-status.ts';

/** A backend that is well, but for `parts`. */
const backend = (parts: Partial<BackendStatus>): BackendStatus => ({
  id: 'b1',
  host: '10.2.0.11',
  port: 21,
  health: 'up',
  count: 0,
  needed: 0,
  since: '2026-01-01T00:00:00.000Z',
  desired: 'up',
  admin: null,
  waitsForReady: false,
  flapping: false,
  flapScore: 0,
  held: false,
  last: { status: 'OK', code: 'ok', summary: 'fine', remedy: null, at: '2026-01-01T00:00:00.000Z', durationMs: 2 },
  deliveries: [{ hook: 'exec', outcome: 'delivered', attempts: 0, error: null, shows: null }],
  ...parts,
});

/** A guardian with a backend in every state. */
export const status: GuardianStatus = {
  version: '0.1.0',
  startedAt: '2026-01-01T00:00:00.000Z',
  ready: true,
  schedule: {
    tasks: 1,
    running: 0,
    waiting: 0,
    started: 1,
    missed: 0,
    latenessMs: 0,
    lateness: { count: 1, sumMs: 0, p50Ms: 0, p99Ms: 0, maxMs: 0, buckets: [] },
  },
  strays: 0,
  isolated: null,
  dryRun: false,
  journalFault: null,
  farms: [
    {
      id: 'ftp',
      vip: '10.1.0.100:21',
      type: 'ftp',
      rhythm: { intervalMs: 5_000, fastIntervalMs: 1_000, downIntervalMs: 5_000, timeoutMs: 3_000 },
      policy: { rise: 2, fall: 3 },
      guard: { minUp: 0, whenAllFail: 'down', inRotation: 5, held: ['b3'] },
      hooks: [],
      backends: [
        backend({}),
        backend({
          id: 'b2',
          host: '2001:db8::1',
          health: 'falling',
          count: 2,
          needed: 3,
          last: {
            status: 'CRITICAL',
            code: 'auth-failed',
            summary: 'login\r\nrefused',
            remedy: 'x',
            at: '',
            durationMs: 2,
          },
        }),
        backend({ id: 'b3', health: 'down', desired: 'up', held: true }),
        backend({
          id: 'b4',
          health: 'down',
          desired: 'down',
          deliveries: [{ hook: 'exec', outcome: 'failing', attempts: 4, error: 'exit 4: busy', shows: null }],
        }),
        backend({
          id: 'b6',
          deliveries: [{ hook: 'haproxy', outcome: 'left-alone', attempts: 0, error: null, shows: 'MAINT' }],
        }),
        backend({
          id: 'b7',
          deliveries: [{ hook: 'nftlb', outcome: 'delivered', attempts: 0, error: 'refused', shows: 'up' }],
        }),
        backend({ id: 'b5', health: 'starting', since: null, desired: null, last: null, deliveries: [] }),
      ],
    },
  ],
};

/** A guardian that stands like this. */
export const showing = ({ farms, ...summary }: GuardianStatus): GuardianView => {
  const farm = (id: string) => farms.find((one) => one.id === id);
  return {
    summary: () => summary,
    farms: () => farms,
    farm,
    backend: (name) => farm(name.farm)?.backends.find(({ id }) => id === name.backend),
  };
};
