import { join } from 'node:path';
import * as v from 'valibot';
import { defineChecker } from '../../src/checker/checker.ts';
import { result } from '../../src/checker/result.ts';
import type { Status } from '../../src/checker/status.ts';
import { ManualClock } from '../../src/clock/manual-clock.ts';
import type { Config, FarmConfig } from '../../src/config/config.ts';
import { type GuardianOptions, startGuardian } from '../../src/guardian/guardian.ts';
import { evidenceOf } from '../../src/health/evidence.ts';
import type { AnyHookType, HookType } from '../../src/hook/hook.ts';
import { type TemporaryFolder, temporaryFolder } from '../temporary-folder.ts';

/** A farm without a network: what each backend answers, what the balancer was told, and time by hand. */
export class FarmLab implements AsyncDisposable {
  readonly clock: ManualClock;
  readonly #folder: TemporaryFolder;
  /** The status each backend gives; `hang` never answers. */
  readonly answers = new Map<string, Status | 'hang'>();
  /** `FARM/BACKEND STATE` in order of delivery. */
  readonly told: string[] = [];
  /** While true, every delivery fails. */
  hookFails = false;

  private constructor(folder: TemporaryFolder, clock: ManualClock) {
    this.#folder = folder;
    this.clock = clock;
  }

  static async open(clock = new ManualClock()): Promise<FarmLab> {
    return new FarmLab(await temporaryFolder(), clock);
  }

  /** Its folder. */
  get folder(): string {
    return this.#folder.path;
  }

  /** A config of one farm with backends b1 and b2, interval 10 s, rise 2, fall 3. */
  config(parts: Partial<FarmConfig<AnyHookType>> = {}): Config<AnyHookType> {
    const checker = defineChecker({
      name: 'answering',
      defaultPort: 1,
      options: v.strictObject({}),
      check: async ({ host }, _options, { signal }) => {
        const status = this.answers.get(host) ?? 'OK';
        if (status === 'hang')
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        return result({ status: status as Status, code: status === 'OK' ? 'ok' : 'refused', summary: `is ${status}` });
      },
    });
    const hook: HookType = {
      name: 'telling',
      options: v.strictObject({}),
      preflight: async () => undefined,
      create: () => ({
        name: 'telling',
        apply: async (changes) => {
          if (this.hookFails) throw new Error('balancer is away');
          for (const { farm, backend, state } of changes) this.told.push(`${farm}/${backend} ${state}`);
        },
        [Symbol.asyncDispose]: async () => {},
      }),
    };
    const farm: FarmConfig<AnyHookType> = {
      id: 'ftp',
      check: { checker, options: {} },
      policy: { rise: 2, fall: 3 },
      evidence: evidenceOf,
      flapping: undefined,
      manualResume: false,
      rhythm: { intervalMs: 10_000, fastIntervalMs: 1_000, downIntervalMs: 10_000, timeoutMs: 2_000 },
      guard: { minUp: { count: 0 }, whenAllFail: 'down' },
      backends: ['b1', 'b2'].map((id) => ({ id, host: id, port: 21 })),
      hooks: [{ type: hook, options: {}, line: 1 }],
      resyncMs: undefined,
      ...parts,
    };
    const limits = { total: 1_000, perGroup: 100 };
    const stateDir = join(this.folder, 'state');
    const socket = join(this.folder, 'socket');
    return {
      file: 'test.yaml',
      stateDir,
      socket,
      listen: undefined,
      snapshotMaxAgeMs: 3_600_000,
      limits,
      canaries: [],
      farms: [farm],
    };
  }

  start(config = this.config(), options: GuardianOptions = {}) {
    return startGuardian(config, { clock: this.clock, ...options });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]();
  }
}
