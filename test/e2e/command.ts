import { execFile } from 'node:child_process';
import { binPath } from '../bin-path.ts';
import type { Site } from './site.ts';

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a built command to its end, on another machine where `enter` leads to one. */
export const runCommand = (name: string, args: readonly string[], enter: Site['enter'] = []): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const [program, ...all] = [...enter, process.execPath, binPath(name), ...args] as [string, ...string[]];
    execFile(program, all, { timeout: 30_000 }, (error, stdout, stderr) => {
      const code = error ? error.code : 0;
      if (typeof code === 'number') resolve({ code, stdout, stderr });
      else reject(error);
    });
  });
