import type { BackendStatus, FarmStatus } from '../guardian/guardian-status.ts';
import { type BackendCounts, type BackendTally, durationBuckets } from './backend-tally.ts';
import { familyHead, histogramText, type Sample, sampleLine } from './metric-text.ts';

/** A family of metrics with samples for each backend. */
interface BackendFamily {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  samples(farm: string, backend: BackendStatus, counts: BackendCounts, now: number): readonly Sample[];
}

const states = ['starting', 'up', 'falling', 'down', 'rising'] as const;

const families: readonly BackendFamily[] = [
  {
    name: 'farm_guardian_backend_up',
    type: 'gauge',
    help: 'Whether a backend is believed to serve.',
    samples: (farm, { id, health }) => [[{ farm, backend: id }, health === 'up' || health === 'falling' ? 1 : 0]],
  },
  {
    name: 'farm_guardian_backend_state',
    type: 'gauge',
    help: 'The health of a backend: 1 for the state it is in, 0 for the others.',
    samples: (farm, { id, health }) =>
      states.map((state) => [{ farm, backend: id, state }, health === state ? 1 : 0] as const),
  },
  {
    name: 'farm_guardian_checks_total',
    type: 'counter',
    help: 'Results of checks since the start.',
    samples: (farm, { id }, { checks }) =>
      Array.from(checks, ([key, count]): Sample => {
        const [status = '', code = ''] = key.split(' ');
        return [{ farm, backend: id, status, code }, count];
      }),
  },
  {
    name: 'farm_guardian_transitions_total',
    type: 'counter',
    help: 'How often a backend turned up or down since the start.',
    samples: (farm, { id }, { transitions: { up, down } }) => [
      [{ farm, backend: id, to: 'up' }, up],
      [{ farm, backend: id, to: 'down' }, down],
    ],
  },
  {
    name: 'farm_guardian_certificate_expiry_seconds',
    type: 'gauge',
    help: 'Time until the certificate that a backend has shown expires; negative once it has.',
    samples: (farm, { id }, { certificateEndsAt }, now) =>
      certificateEndsAt === undefined ? [] : [[{ farm, backend: id }, Math.round((certificateEndsAt - now) / 1_000)]],
  },
];

/** How many backends are written at once, so that no check has to wait for ten thousand. */
const sliceSize = 250;

/**
 * The metrics of each backend in Prometheus' text format, in slices.
 *
 * @param now milliseconds since the epoch
 */
export function* backendMetrics(farms: readonly FarmStatus[], tally: BackendTally, now: number): Generator<string> {
  for (const { name, type, help, samples } of families) {
    yield familyHead(name, type, help);
    for (const { id: farm, backends } of farms)
      for (let start = 0; start < backends.length; start += sliceSize)
        yield backends
          .slice(start, start + sliceSize)
          .flatMap((backend) => samples(farm, backend, tally.of(farm, backend.id), now))
          .map((sample) => sampleLine(name, sample))
          .join('');
  }
  yield durationMetrics(farms, tally);
}

const durationMetrics = (farms: readonly FarmStatus[], tally: BackendTally): string => {
  const series = farms.map(({ id: farm }) => {
    const { buckets, sumSeconds: sum, count } = tally.durations(farm);
    let below = 0;
    const cumulated = durationBuckets.map((bound, i): [number, number] => {
      below += buckets[i] ?? 0;
      return [bound, below];
    });
    return { labels: { farm }, below: cumulated, sum, count };
  });
  return histogramText('farm_guardian_check_duration_seconds', 'How long checks took.', series);
};
