import type { ComparedTurn } from '../../simulation/pair-turns.ts';
import type { SimulationReport } from '../../simulation/simulation-report.ts';

/** What was believed of a backend from a time on, what hooks were told, or both at once. */
export interface ChangeRow extends Omit<ComparedTurn<string>, 'to'> {
  readonly believed: string | undefined;
  readonly told: string | undefined;
}

/** A decision is written down after what it is made on, as fast as the disk is; in milliseconds. */
const togetherMs = 100;

/** Turns of beliefs and of desired states in the order of time; what came together stands in one row. */
export const changeRows = ({ turns, desired }: Pick<SimulationReport, 'turns' | 'desired'>): ChangeRow[] => {
  const believed = turns.map(({ to, ...turn }): ChangeRow => ({ ...turn, believed: to, told: undefined }));
  const told = desired.map(({ to, ...turn }): ChangeRow => ({ ...turn, believed: undefined, told: to }));
  const rows: ChangeRow[] = [];
  /** Where the latest row of each backend is. */
  const latest = new Map<string, number>();
  for (const row of [...believed, ...told].sort((a, b) => timeOf(a) - timeOf(b))) {
    const place = latest.get(row.backend) ?? -1;
    const before = rows[place];
    if (before && before.told === undefined && row.told !== undefined && areTogether(before, row))
      rows[place] = { ...before, told: row.told };
    else latest.set(row.backend, rows.push(row) - 1);
  }
  return rows;
};

const areTogether = (a: ChangeRow, b: ChangeRow): boolean => areNear(a.was, b.was) && areNear(a.would, b.would);

const areNear = (a: number | null, b: number | null): boolean =>
  a === null || b === null ? a === b : Math.abs(a - b) < togetherMs;

const timeOf = ({ was, would }: ChangeRow): number => was ?? would ?? 0;
