import type { FarmAccount } from './farm-ledger.ts';
import type { GuardianRecord } from './record.ts';
import { RecordedFarm } from './recorded-farm.ts';
import { type Change, SimulatedFarm } from './simulated-farm.ts';

/** A farm as it was, and as it would have been. */
export interface FarmComparison {
  readonly farm: string;
  readonly was: FarmAccount;
  readonly would: FarmAccount;
}

/**
 * Replays what is recorded of the farms under other settings: the recorded results and orders, by the very pieces that
 * a guardian decides with. Under the settings that were recorded it gives the very turns and desired states.
 */
export const simulate = ({ farms, cutOffs }: GuardianRecord, change: Change): FarmComparison[] =>
  Array.from(farms.values(), (record) => {
    const was = new RecordedFarm(record);
    const would = new SimulatedFarm(record, cutOffs, change);
    for (const event of record.events) {
      was.take(event);
      would.take(event);
    }
    return { farm: record.id, was: was.ledger.account, would: would.ledger.account };
  });
