/**
 * What the guardian believes of one backend. `since` is when it last turned up or down, in milliseconds since the
 * epoch; a falling backend is still believed up, a rising one still down. `resumed` says that an operator lets it come
 * back, where that takes one (see {@link HealthPolicy}).
 */
export type BackendHealth =
  | { readonly state: 'starting' }
  | { readonly state: 'up'; readonly since: number }
  | { readonly state: 'falling'; readonly since: number; readonly failures: number }
  | { readonly state: 'down'; readonly since: number; readonly resumed?: true }
  | { readonly state: 'rising'; readonly since: number; readonly passes: number; readonly resumed?: true };

/** The name of a {@link BackendHealth}. */
export type HealthState = BackendHealth['state'];

/** What one result says: it passes, it fails, or it says nothing about the backend. */
export type Evidence = 'pass' | 'fail' | 'neutral';

/** How much evidence it takes: consecutive passes until up, consecutive failures until down; both at least 1. */
export interface HealthPolicy {
  readonly rise: number;
  readonly fall: number;
  /** Whether a backend that went down stays down, whatever passes, until an operator lets it come back. */
  readonly manualResume?: boolean;
}

/** One piece of evidence, and when it came (milliseconds since the epoch). */
export interface HealthEvent {
  readonly evidence: Evidence;
  readonly at: number;
}

/** What a step of {@link reduceHealth} brought about: the belief turned. */
export interface HealthEffect {
  readonly type: 'turned';
  readonly to: Belief;
  readonly at: number;
}

/** Whether a backend is believed to serve. */
export type Belief = 'up' | 'down';

/** The next health, and what turned. */
export interface HealthStep {
  readonly health: BackendHealth;
  readonly effects: readonly HealthEffect[];
}

/** Nothing is known yet. */
export const unknownHealth: BackendHealth = { state: 'starting' };

/** What is believed; `undefined` before the first evidence. */
export const beliefOf = (health: BackendHealth): Belief | undefined => {
  switch (health.state) {
    case 'starting':
      return undefined;
    case 'up':
    case 'falling':
      return 'up';
    case 'down':
    case 'rising':
      return 'down';
    default:
      return health satisfies never;
  }
};

/**
 * One step of rise and fall. The first evidence is believed at once; after that it takes `rise` passes in a row to
 * turn up and `fall` failures in a row to turn down, and evidence to the contrary starts the count again. Neutral
 * evidence moves nothing.
 */
export const reduceHealth = (
  health: BackendHealth,
  { evidence, at }: HealthEvent,
  policy: HealthPolicy,
): HealthStep => {
  if (evidence === 'neutral') return { health, effects: [] };
  const passed = evidence === 'pass';
  switch (health.state) {
    case 'starting':
      return turn(passed ? 'up' : 'down', at);
    case 'up':
    case 'falling': {
      const { since } = health;
      if (passed) return stay(health.state === 'up' ? health : { state: 'up', since });
      const failures = (health.state === 'falling' ? health.failures : 0) + 1;
      return failures >= policy.fall ? turn('down', at) : stay({ state: 'falling', since, failures });
    }
    case 'down':
    case 'rising': {
      const { since, resumed } = health;
      const kept = { since, ...(resumed && { resumed }) };
      if (!passed) return stay(health.state === 'down' ? health : { state: 'down', ...kept });
      const before = health.state === 'rising' ? health.passes : 0;
      const passes = Math.min(before + 1, policy.rise);
      if (passes === policy.rise && !(policy.manualResume && !resumed)) return turn('up', at);
      return stay(passes === before ? health : { state: 'rising', ...kept, passes });
    }
    default:
      return health satisfies never;
  }
};

/** An operator lets a backend that went down come back, as soon as it passes often enough. */
export const resumeHealth = (health: BackendHealth): BackendHealth =>
  health.state === 'down' || health.state === 'rising' ? { ...health, resumed: true } : health;

/** Whether a backend has passed often enough and only waits for an operator's `ready`. */
export const waitsForReady = (health: BackendHealth, { rise, manualResume }: HealthPolicy): boolean =>
  manualResume === true && health.state === 'rising' && !health.resumed && health.passes >= rise;

const stay = (health: BackendHealth): HealthStep => ({ health, effects: [] });

const turn = (to: Belief, at: number): HealthStep => ({
  health: { state: to, since: at },
  effects: [{ type: 'turned', to, at }],
});
