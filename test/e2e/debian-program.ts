import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** Why the test cannot run on this machine, whatever is installed. */
    unfit?: string;
  }
}

/** A server program of a Debian package. */
export interface DebianProgram {
  /** The package it comes from. */
  readonly debian: string;
  /** Where the package puts it. */
  readonly path: string;
  /** Why it cannot run on this machine, installed or not; absent where it runs on all. */
  readonly unfit?: () => string | undefined;
}

/** Filled by `.ci/run` with packages that exclude one another. */
const cache = join(import.meta.dirname, '../../.cache/debian');

/** Where the program is, installed or unpacked into `.cache/debian`; `undefined` when it is in neither place. */
export const findProgram = ({ debian, path }: DebianProgram): string | undefined =>
  [path, join(cache, debian, path)].find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/**
 * Skips the test, saying why, when a program it needs is missing or it does not run as root. Where
 * `FARM_GUARDIAN_E2E=required` it fails instead, so that CI cannot pass without having looked. What no package would help
 * against, a machine that a program cannot run on, always skips it.
 */
export const needs = (context: TestContext, ...programs: readonly DebianProgram[]): void => {
  const lacking = programs.filter((program) => !findProgram(program)).map(({ debian }) => `apt-get install ${debian}`);
  if (process.getuid?.() !== 0) lacking.push('root');
  if (lacking.length > 0) {
    const why = `needs ${lacking.join(', ')}`;
    if (process.env['FARM_GUARDIAN_E2E'] === 'required') throw new Error(`${why}, and FARM_GUARDIAN_E2E=required`);
    skip(context, why);
  }
  const [unfit] = programs.flatMap((program) => program.unfit?.() ?? []);
  if (unfit === undefined) return;
  // By this `.ci/run` tells it from a test that was skipped for want of a package.
  context.task.meta.unfit = unfit;
  skip(context, unfit);
};

const skip = (context: TestContext, why: string): void => {
  // vitest's own report leaves the reason out.
  process.stderr.write(`skipped "${context.task.name}": ${why}\n`);
  context.skip(why);
};
