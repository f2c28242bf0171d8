import { execFile } from 'node:child_process';
import { binPath } from '../bin-path.ts';

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a built command to its end. */
export const runCommand = (name: string, args: readonly string[]): Promise<Ended> =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, [binPath(name), ...args], { timeout: 30_000 }, (error, stdout, stderr) => {
      const code = error ? error.code : 0;
      if (typeof code === 'number') resolve({ code, stdout, stderr });
      else reject(error);
    });
  });
