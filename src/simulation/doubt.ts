import type { CutOff } from './record.ts';

/** A failure that a guardian may not have believed. */
export interface Failure {
  readonly startedAt: number;
  readonly at: number;
  /** Whether it would turn its backend down. */
  isDecisive(): boolean;
}

/** Whether a failure says nothing because the guardian was cut off then: the rules are those of `Isolation`. */
export const isDoubted = ({ startedAt, at, isDecisive }: Failure, cutOffs: readonly CutOff[]): boolean => {
  const latest = cutOffs.findLast(({ doubtedSince }) => doubtedSince <= at);
  if (!latest) return false;
  return at < latest.from ? isDecisive() : startedAt < latest.to;
};
