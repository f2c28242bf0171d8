import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Status } from '../../src/checker/status.ts';
import type { JournalEvent } from '../../src/journal/journal-entry.ts';
import { ResultRuns } from '../../src/journal/result-runs.ts';

const at = (second: number) => Date.UTC(2026, 0, 1) + second * 1_000;

const recorded = (backend: string, status: Status, second: number) => ({
  id: `ftp/${backend}`,
  farm: 'ftp',
  backend,
  status,
  code: status === 'OK' ? 'ok' : 'refused',
  summary: `is ${status}`,
  startedAt: at(second),
  durationMs: 1.4,
});

it('writes an entry when the result changes, and how the run before it ended', () => {
  const runs = new ResultRuns();
  const written = (['OK', 'OK', 'OK', 'CRITICAL', 'CRITICAL', 'OK'] as const).map((status, i) =>
    runs.take(recorded('b1', status, i)),
  );
  const about = { type: 'result', farm: 'ftp', backend: 'b1', durationMs: 1 };
  expect(written).toEqual([
    { ...about, status: 'OK', code: 'ok', summary: 'is OK' },
    undefined,
    undefined,
    {
      ...about,
      status: 'CRITICAL',
      code: 'refused',
      summary: 'is CRITICAL',
      after: { count: 3, until: '2026-01-01T00:00:02.000Z' },
    },
    undefined,
    { ...about, status: 'OK', code: 'ok', summary: 'is OK', after: { count: 2, until: '2026-01-01T00:00:04.000Z' } },
  ]);
});

it('ends the runs of backends that are watched no more, and the others at the end', () => {
  const runs = new ResultRuns();
  for (const backend of ['b1', 'b2', 'b2']) runs.take(recorded(backend, 'OK', 5));
  const end = { type: 'results', farm: 'ftp', until: '2026-01-01T00:00:05.000Z' };
  expect(runs.end((name) => name === 'ftp/b2')).toEqual([{ ...end, backend: 'b1', count: 1 }]);
  expect(runs.end()).toEqual([{ ...end, backend: 'b2', count: 2 }]);
  expect(runs.end()).toEqual([]);
  expect([runs.takeCount(), runs.takeCount()]).toEqual([3, 0]);
});

it('loses no result: the runs say again what was taken, backend by backend', () => {
  const sequence = fc.array(
    fc.record({ backend: fc.constantFrom('b1', 'b2', 'b3'), status: fc.constantFrom<Status>('OK', 'CRITICAL') }),
  );
  fc.assert(
    fc.property(sequence, (results) => {
      const runs = new ResultRuns();
      const events = [
        ...results.flatMap(({ backend, status }, i) => runs.take(recorded(backend, status, i)) ?? []),
        ...runs.end(),
      ];
      for (const name of ['b1', 'b2', 'b3'])
        expect(unrolled(events, name)).toEqual(results.filter(({ backend }) => backend === name).map((r) => r.status));
    }),
  );
});

/** The statuses that the entries about one backend stand for. */
const unrolled = (events: readonly JournalEvent[], name: string): Status[] => {
  const said: Status[] = [];
  let current: Status | undefined;
  for (const event of events) {
    if ((event.type !== 'result' && event.type !== 'results') || event.backend !== name) continue;
    const end = event.type === 'result' ? event.after : event;
    if (end && current) said.push(...Array<Status>(end.count).fill(current));
    current = event.type === 'result' ? event.status : undefined;
  }
  return said;
};
