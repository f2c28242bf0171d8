import { InvalidArgumentError } from 'commander';
import type { SettingChanges, Settings } from '../../simulation/settings.ts';

type Says = Settings['evidence']['OK'];

/** The settings that `simulate` tries. */
export interface TriedOptions {
  readonly rise?: number;
  readonly fall?: number;
  readonly interval?: number;
  readonly fastInterval?: number;
  readonly downInterval?: number;
  readonly minUp?: Settings['guard']['minUp'];
  readonly whenAllFail?: Settings['guard']['whenAllFail'];
  /** `false` for `--no-flapping`. */
  readonly flapping?: { readonly high: number; readonly low: number } | false;
  readonly manualResume?: boolean;
  readonly warning?: Says;
  readonly critical?: Says;
  readonly unknown?: Says;
}

/** What of the settings these options change. */
export const changesOf = (options: TriedOptions): SettingChanges => {
  const { rise, fall, interval, fastInterval, downInterval, flapping, manualResume } = options;
  const { minUp, whenAllFail, warning, critical, unknown } = options;
  return {
    ...given({ rise, fall, intervalMs: interval, fastIntervalMs: fastInterval, downIntervalMs: downInterval }),
    ...given({ flapping: flapping === false ? null : flapping, manualResume }),
    evidence: given({ WARNING: warning, CRITICAL: critical, UNKNOWN: unknown }),
    guard: given({ minUp, whenAllFail }),
  };
};

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

const given = <T extends object>(options: T): Given<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>;

/**
 * How many backends stay in: a number, or a share such as `50%`.
 *
 * @throws InvalidArgumentError, which commander turns into a message, when it is neither
 */
export const minUpArgument = (text: string): Settings['guard']['minUp'] => {
  const [, number, percent] = /^(?:(\d{1,6})|(100|\d{1,2}(?:\.\d{1,3})?)%)$/.exec(text) ?? [];
  if (number !== undefined) return { count: Number(number) };
  if (percent !== undefined) return { percent: Number(percent) };
  throw new InvalidArgumentError('It must be a number of backends or a share such as 50%.');
};

/**
 * The scores, in percent, at which a backend begins to flap and below which it flaps no more: `30,25`; without the
 * second one it is as a config has it by default.
 *
 * @throws InvalidArgumentError, which commander turns into a message, when they are none
 */
export const flappingArgument = (text: string): { readonly high: number; readonly low: number } => {
  const numbers = /^\d{1,3}(?:\.\d{1,3})?(?:,\d{1,3}(?:\.\d{1,3})?)?$/.test(text) ? text.split(',').map(Number) : [];
  const [high = 0, low = Math.min(25, high)] = numbers;
  if (low < 1 || high > 100 || low > high)
    throw new InvalidArgumentError('It must be percentages from 1 to 100 such as 30 or 30,25, the higher one first.');
  return { high, low };
};
