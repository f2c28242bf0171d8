import { cleanBanner, cleanText } from './clean-text.ts';
import type { Metric } from './perfdata.ts';
import type { ReasonCode } from './reason-code.ts';
import type { Status } from './status.ts';

/** One timed stage of a run, such as `connect` or `login`. */
export interface Step {
  readonly name: string;
  readonly durationMs: number;
  /** The reason code of the step that decided the result. */
  readonly code?: ReasonCode;
}

/** A value that a run learnt. */
export type Fact = string | number | boolean | readonly string[];

/** What one run gave. A plain, frozen value. */
export interface CheckResult {
  readonly status: Status;
  readonly code: ReasonCode;
  /** One clean line for people, without service name and status; an echoed banner may have line ends in it. */
  readonly summary: string;
  /**
   * The whole status line, where a classic plugin prints one that does not read `SERVICE STATUS - summary`
   * (`connect to address …: Connection refused`).
   */
  readonly line?: string;
  /** What to do about it, in one sentence. */
  readonly remedy?: string;
  readonly steps: readonly Step[];
  readonly metrics: readonly Metric[];
  /** What the run learnt and others may compare: banner, host key, content hash … */
  readonly facts: Readonly<Record<string, Fact>>;
}

/** What {@link result} needs; the rest has defaults. */
export type ResultParts = Pick<CheckResult, 'status' | 'code' | 'summary'> & {
  readonly [Part in keyof CheckResult]?: CheckResult[Part] | undefined;
} & {
  /**
   * Whether summary and line echo a banner as a classic plugin does, so that its CR, LF and TAB stay. What else is in them
   * must be clean already. Default false.
   */
  readonly echoesBanner?: boolean | undefined;
};

/**
 * Makes a result: absent lists are empty, and summary and line are one line each, cleaned of control characters and
 * `|`, unless they echo a banner.
 */
export const result = ({
  status,
  code,
  summary,
  line,
  remedy,
  steps = [],
  metrics = [],
  facts = {},
  echoesBanner = false,
}: ResultParts): CheckResult => {
  const clean = echoesBanner ? cleanBanner : cleanText;
  const well = { status, code, summary: clean(summary), steps, metrics, facts };
  if (line === undefined && remedy === undefined) return Object.freeze(well);
  return Object.freeze({
    ...well,
    ...(line !== undefined && { line: clean(line) }),
    ...(remedy !== undefined && { remedy }),
  });
};
