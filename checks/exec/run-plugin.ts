import { type CheckContext, OutputHead, type ProcessEnd, runProcess, type Target } from '../../src/checker/index.ts';

/** What is kept of each of a plugin's outputs. */
const keptBytes = 64 * 1024;

/** What a plugin may print before it is ended. */
const mostBytes = 1024 * 1024;

/** From TERM to KILL, in milliseconds: the verdict must not wait for a plugin that does not listen. */
const termToKillMs = 300;

/** Where a plugin finds the programs that it runs. */
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** How a plugin ended, and what it said. */
export interface PluginEnd {
  readonly end: ProcessEnd;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether it was ended because it printed without end. */
  readonly flooded: boolean;
}

/** Runs a plugin to its end, or to that of `signal`. Its whole environment is here. */
export const runPlugin = async (
  file: string,
  args: readonly string[],
  { host, port }: Target,
  { clock, signal }: Pick<CheckContext, 'clock' | 'signal'>,
): Promise<PluginEnd> => {
  const flood = new AbortController();
  const outputs = { stdout: new OutputHead(keptBytes), stderr: new OutputHead(keptBytes) };
  const end = await runProcess(file, args, {
    environment: {
      PATH: searchPath,
      // Numbers with a point, and text in UTF-8.
      LC_ALL: 'C.UTF-8',
      FARM_GUARDIAN_HOST: host,
      FARM_GUARDIAN_PORT: String(port),
    },
    cwd: '/',
    clock,
    signal: AbortSignal.any([signal, flood.signal]),
    termToKillMs,
    onOutput: (chunk, from) => {
      outputs[from].add(chunk);
      if (outputs[from].bytes > mostBytes) flood.abort();
    },
  });
  return {
    end,
    stdout: String(outputs.stdout),
    stderr: String(outputs.stderr),
    flooded: flood.signal.aborted && !signal.aborted,
  };
};
