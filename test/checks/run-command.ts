import { Readable } from 'node:stream';
import type { AnyChecker } from '../../src/checker/index.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import { runPlugin } from '../../src/plugin/index.ts';

/** What a command printed, and its exit code. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs a checker's command in process; digits of measured times become `T`. */
export const runCommand = async (checker: AnyChecker, ...argv: readonly (string | number)[]): Promise<Printed> => {
  const written = { stdout: '', stderr: '' };
  const into = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const exitCode = await runPlugin(checker, {
    argv: argv.map(String),
    stdout: into('stdout'),
    stderr: into('stderr'),
    clock: systemClock,
    env: {},
    stdin: Readable.from([]),
  });
  const stdout = written.stdout.replaceAll(/=\d+\.\d{6}s/g, '=Ts').replaceAll(/ in \d+\.\d{3}s/g, ' in Ts');
  return { stdout, stderr: written.stderr, exitCode };
};
