import { isoTime } from '../../clock/iso-time.ts';
import type { PlannedCheck } from '../../farm/plan.ts';
import type { DesiredState } from '../../health/desired-state.ts';
import type { BackendChange, HookDriver, HookFarm } from '../../hook/hook.ts';
import type { CliContext } from '../cli-io.ts';

/** What a round trip is made with. */
export interface RoundTripOptions {
  /** The backend that is drained and readied again. */
  readonly chosen: PlannedCheck;
  readonly farm: HookFarm;
  readonly context: CliContext;
}

/**
 * Drains a backend and readies it again, whatever came of the first; gives a line for each.
 *
 * @throws Error when one of them failed, and says whether the backend is ready again
 */
export const roundTrip = async (driver: HookDriver, { chosen, farm, context }: RoundTripOptions): Promise<string[]> => {
  const { process, clock } = context;
  const { id: backend, host, port } = chosen.backend;
  // Half a round trip would leave the backend drained.
  const goOn = () => void process.stderr.write(`wait: ${backend} is being readied again\n`);
  process.on('SIGINT', goOn);
  process.on('SIGTERM', goOn);
  const { signal } = new AbortController();
  const bring = async (state: DesiredState, previous: DesiredState): Promise<string> => {
    const change: BackendChange = {
      ...{ farm: farm.id, vip: farm.vip, backend, host, port, state, previous, code: 'ok', sequence: 0 },
      summary: 'farm-guardian hook test',
      at: isoTime(clock.wallTime()),
    };
    const startedAt = clock.now();
    await driver.apply([change], signal);
    const tookMs = Math.round(clock.now() - startedAt);
    const seen = (await driver.observe?.(farm.id, signal))?.get(backend);
    if (driver.observe && seen?.state !== state) throw new Error(`${backend} shows ${seen?.word ?? 'nothing'}`);
    return `${backend}: ${state} in ${tookMs} ms${seen ? `, shows ${seen.word}` : ''}`;
  };
  try {
    const drained = await bring('drain', 'up').catch((error: Error) => error);
    const readied = await bring('up', 'drain').catch((error: Error) => error);
    if (readied instanceof Error) throw new Error(`${backend} may still be drained: ${readied.message}`);
    if (drained instanceof Error) throw new Error(`${backend} is up, but could not be drained: ${drained.message}`);
    return [drained, readied];
  } finally {
    process.off('SIGINT', goOn);
    process.off('SIGTERM', goOn);
  }
};
