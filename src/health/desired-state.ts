import type { StandingOrder } from './admin-order.ts';
import { type BackendHealth, beliefOf } from './backend-health.ts';

/** What the load balancer should do with a backend: the only thing a hook is told. */
export type DesiredState = 'up' | 'drain' | 'down';

/** What decides about a backend. */
export interface Grounds {
  /** The operator's order, which wins. */
  readonly admin: StandingOrder;
  readonly health: BackendHealth;
  /** Whether the farm's guard keeps it in rotation although it is believed down. */
  readonly held: boolean;
}

/**
 * The desired state of a backend; `undefined` before there is evidence or an order, so that nothing is signalled.
 * A drained backend that dies is `down`, and `drain` again when it lives.
 */
export const desiredState = ({ admin, health, held }: Grounds): DesiredState | undefined => {
  const state = admin?.state ?? 'ready';
  switch (state) {
    case 'forced-up':
      return 'up';
    case 'forced-down':
    case 'maintenance':
      return 'down';
    case 'drain':
      return beliefOf(health) === 'down' ? 'down' : 'drain';
    case 'ready':
      return held ? 'up' : beliefOf(health);
    default:
      return state satisfies never;
  }
};
