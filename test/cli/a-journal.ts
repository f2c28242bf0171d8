import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { FarmLab } from '../guardian/a-farm.ts';
import { TestProcess } from './a-process.ts';

/** A process beside a journal of a farm whose b1 failed for 13 s, and then for five minutes. */
export const withJournal = async (order?: (lab: FarmLab, guardian: Awaited<ReturnType<FarmLab['start']>>) => void) => {
  const process = await TestProcess.open();
  await using lab = await FarmLab.open();
  {
    await using guardian = await lab.start();
    for (const [status, forMs] of [
      ['OK', 60_000],
      ['CRITICAL', 13_000],
      ['OK', 120_000],
      ['CRITICAL', 300_000],
    ] as const) {
      lab.answers.set('b1', status);
      await lab.clock.advance(forMs);
    }
    order?.(lab, guardian);
    await lab.clock.advance(1_000);
  }
  await cp(join(lab.folder, 'state'), join(process.folder, 'state'), { recursive: true });
  return process;
};
