import { type HookDriver, type ObservedState, PartialFailure, RetryLater } from './hook.ts';
import type { Flight, Lane } from './lane.ts';
import type { Readback } from './readback.ts';

/** How an attempt ended: the change holds, or it does not, or the balancer's operator has the backend. */
export type Landing = { readonly held: true } | { readonly error: string } | { readonly operator: ObservedState };

/** How the attempts of one batch ended. */
export interface Carried {
  readonly landings: ReadonlyMap<Lane, Landing>;
  /** How long the balancer wants to be left in peace; 0 when it said nothing of it. */
  readonly restMs: number;
}

/** What {@link carry} works with. */
export interface CarryOptions {
  readonly driver: HookDriver;
  readonly readback: Readback;
  readonly signal: AbortSignal;
}

/** The longest that a {@link RetryLater} is obeyed: a balancer must not be able to silence us for good. */
const longestRestMs = 3_600_000;

/**
 * Tells the balancer of the changes of a batch, those left out that its operator has taken since it was read last: an
 * order of the operator must not be overrun by one that was decided before. Never rejects.
 */
export const carry = async (
  flights: readonly Flight[],
  { driver, readback, signal }: CarryOptions,
): Promise<Carried> => {
  const landings = new Map<Lane, Landing>();
  let told = flights;
  try {
    await readback.read(signal);
    for (const { lane, change } of flights) {
      const seen = readback.of(change.backend);
      if (seen && lane.isOperators(seen)) landings.set(lane, { operator: seen });
    }
    told = flights.filter(({ lane }) => !landings.has(lane));
    for (const { lane, change } of told) lane.telling(change);
    const changes = told.map(({ change }) => change);
    if (changes.length > 0) await driver.apply(changes, signal);
    for (const { lane } of told) landings.set(lane, { held: true });
    return { landings, restMs: 0 };
  } catch (error) {
    for (const { lane, change } of told) {
      const why = whyFailed(error, change.backend);
      landings.set(lane, why === undefined ? { held: true } : { error: why });
    }
    return { landings, restMs: error instanceof RetryLater ? Math.min(error.afterMs, longestRestMs) : 0 };
  }
};

const whyFailed = (error: unknown, backend: string): string | undefined => {
  if (error instanceof PartialFailure) return error.failed.get(backend);
  return error instanceof Error ? error.message : String(error);
};
