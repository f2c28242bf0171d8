import { execFile } from 'node:child_process';
import { cleanText, oneLine } from '../../checker/clean-text.ts';
import { findProgram, searchPath } from '../find-program.ts';

/** How a run of ipvsadm ended. */
export interface IpvsadmEnd {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs ipvsadm with these arguments. Rejects, with a message for people, when it cannot be run or is not done in time,
 * not when it fails.
 */
export type Ipvsadm = (args: readonly string[], signal: AbortSignal) => Promise<IpvsadmEnd>;

/** Far more than tens of thousands of servers need. */
const mostOutput = 16 * 1024 * 1024;

/** The real program, by its path or by its name. */
export const ipvsadmProgram =
  (program: string): Ipvsadm =>
  async (args, signal) => {
    const file = await findProgram(program);
    if (file === undefined) throw new Error(`no executable file ${program}`);
    return new Promise((resolve, reject) => {
      const options = {
        signal,
        killSignal: 'SIGKILL',
        maxBuffer: mostOutput,
        env: { PATH: searchPath, LANG: 'C' },
      } as const;
      execFile(file, args, options, (error, stdout, stderr) => {
        if (signal.aborted) return reject(new Error(`ipvsadm: ${(signal.reason as Error).message}`));
        const code = error ? error.code : 0;
        if (typeof code === 'number') return resolve({ exitCode: code, stdout, stderr });
        reject(new Error(`cannot run ${file}: ${code ?? error?.message}`));
      });
    });
  };

/** Why a run failed, in one line. */
export const whyFailed = ({ exitCode, stderr }: IpvsadmEnd): string => {
  const said = oneLine(cleanText(stderr)).slice(0, 300);
  return said === '' ? `ipvsadm: exit ${exitCode}` : `ipvsadm: ${said}`;
};
