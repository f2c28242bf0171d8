import { execFile } from 'node:child_process';
import { binPath } from '../bin-path.ts';

/** What a built command printed, and its exit code. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs a built command as a process of its own; digits of measured times become `T`. */
export const runBin = (name: string, argv: readonly (string | number)[], env: NodeJS.ProcessEnv = {}) =>
  new Promise<Printed>((resolve) => {
    const file = binPath(name);
    const options = { env: { ...process.env, ...env } };
    const child = execFile(process.execPath, [file, ...argv.map(String)], options, (_, stdout, stderr) => {
      const timeless = stdout.replaceAll(/=\d+\.\d{6}s/g, '=Ts').replaceAll(/ in \d+\.\d{3}s/g, ' in Ts');
      resolve({ stdout: timeless, stderr, exitCode: child.exitCode ?? -1 });
    });
  });
