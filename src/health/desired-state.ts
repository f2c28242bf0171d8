import { type BackendHealth, beliefOf } from './backend-health.ts';

/** What the load balancer should do with a backend: the only thing a hook is told. */
export type DesiredState = 'up' | 'drain' | 'down';

/**
 * The desired state of a backend; `undefined` before there is evidence, so that nothing is signalled.
 *
 * @param held whether the farm's guard keeps it in rotation although it is believed down
 */
export const desiredState = (health: BackendHealth, held: boolean): DesiredState | undefined =>
  held ? 'up' : beliefOf(health);
