import { face } from '../../../checks/tftp/face.ts';
import type { CheckResult } from '../../../src/checker/index.ts';
import { expectCleanLine } from '../clean-line.ts';

/** A clean line of this checker, see {@link expectCleanLine}. */
export const expectClean = (outcome: CheckResult): void => expectCleanLine(outcome, face);
