import type { Clock } from '../../clock/clock.ts';
import { type BackendChange, type HookContext, type HookDriver, PartialFailure } from '../hook.ts';
import type { HostPort } from '../host-port.ts';
import { type Lease, Sharing } from '../sharing.ts';
import { agentAnswer } from './agent-answer.ts';
import { AgentPort } from './agent-port.ts';

/** How long HAProxy may not have asked for a backend before that is a fault: many times the usual `agent-inter`. */
const longestSilenceMs = 30_000;

/** Tells HAProxy when it asks, by agent checks: what is desired at that moment. */
export class AgentDriver implements HookDriver {
  readonly name: string;
  readonly batch = Number.MAX_SAFE_INTEGER;
  readonly #farm: string;
  readonly #clock: Clock;
  readonly #lease: Lease<AgentPort>;
  readonly #endAnswers: () => void;
  readonly #openedAt: number;
  readonly #askedAt = new Map<string, number>();

  constructor(place: HostPort, warningWeight: number | undefined, context: HookContext) {
    const { farm, clock, look, sharing = new Sharing() } = context;
    const where = `${place.host}:${place.port}`;
    this.name = `haproxy agent on ${where}`;
    this.#farm = farm.id;
    this.#clock = clock;
    this.#openedAt = clock.now();
    this.#lease = sharing.lease(`haproxy agent ${where}`, () => new AgentPort(place, clock));
    this.#endAnswers = this.#lease.thing.answer(farm.id, (backend) => {
      const outlook = look?.(backend);
      if (!outlook) return undefined;
      this.#askedAt.set(backend, clock.now());
      return agentAnswer(outlook, warningWeight);
    });
    // Whoever applies something is told when the port cannot be had.
    this.#lease.thing.listen().catch(() => {});
  }

  /** HAProxy is told when it asks: here is looked whether it does. */
  async apply(changes: readonly BackendChange[]): Promise<void> {
    await this.#lease.thing.listen();
    const since = this.#clock.now() - longestSilenceMs;
    const silent = changes.filter(({ backend }) => (this.#askedAt.get(backend) ?? this.#openedAt) < since);
    if (silent.length === 0) return;
    const why = (backend: string) =>
      `HAProxy has not asked for ${backend} for ${longestSilenceMs / 1_000} s; does its server have agent-check and agent-send "${this.#farm}/${backend}\\n"?`;
    throw new PartialFailure(new Map(silent.map(({ backend }) => [backend, why(backend)])));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#endAnswers();
    await this.#lease[Symbol.asyncDispose]();
  }
}
