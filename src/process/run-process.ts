import { type ChildProcess, spawn } from 'node:child_process';
import { type Clock, wait } from '../clock/clock.ts';
import { turn } from '../clock/turn.ts';

/** How a process is run. */
export interface ProcessOptions {
  /** The whole environment: nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** Written to its standard input, which is then closed. Default nothing. */
  readonly input?: string;
  /** Its working directory. Default ours. */
  readonly cwd?: string;
  readonly clock: Clock;
  /** Ends its process group at once. */
  readonly signal: AbortSignal;
  /** From TERM to KILL. Default 2 s. */
  readonly termToKillMs?: number;
  /** Takes what it prints. Keeping it within bounds is the listener's part. */
  readonly onOutput: (chunk: Buffer, from: 'stdout' | 'stderr') => void;
}

/** How a process ended: by itself, by somebody's signal, by ours once `signal` had aborted, or before it began. */
export type ProcessEnd =
  | { readonly outcome: 'exited'; readonly exitCode: number }
  | { readonly outcome: 'killed'; readonly by: NodeJS.Signals }
  | { readonly outcome: 'ended' }
  | { readonly outcome: 'not-started'; readonly error: NodeJS.ErrnoException };

/**
 * Runs a program without a shell, in a session and process group of its own, and waits for its end. Its whole group
 * gets TERM, then KILL, when `signal` aborts, and KILL once the program itself has ended, so that no child of it
 * stays; only a child that has made a session of its own can. Never rejects.
 */
export const runProcess = async (
  file: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProcessEnd> => {
  const { environment, input = '', cwd, clock, signal, termToKillMs = 2_000, onOutput } = options;
  if (signal.aborted) return { outcome: 'ended' };
  let child: ChildProcess;
  try {
    child = spawn(file, args, { env: environment, cwd, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  } catch (error) {
    return { outcome: 'not-started', error: error as NodeJS.ErrnoException };
  }
  const output = listen(child, onOutput);
  // A program that does not read its input is no error.
  child.stdin?.on('error', () => {}).end(input);

  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('error', (error) => resolve({ outcome: 'not-started', error }));
    // `exit`, not `close`: a grandchild that keeps the pipes open must not hold us up.
    child.once('exit', (code, by) =>
      resolve(code === null ? { outcome: 'killed', by: by ?? 'SIGKILL' } : { outcome: 'exited', exitCode: code }),
    );
  });
  const gone = new AbortController();
  const endGroup = async () => {
    killGroup(child, 'SIGTERM');
    await wait(clock, termToKillMs, gone.signal);
    killGroup(child, 'SIGKILL');
  };
  signal.addEventListener('abort', endGroup, { once: true });
  const end = await ended;
  gone.abort();
  signal.removeEventListener('abort', endGroup);
  killGroup(child, 'SIGKILL');
  await output.drain();
  return signal.aborted && end.outcome !== 'not-started' ? { outcome: 'ended' } : end;
};

/** Kills what is left of the process group; a group that is gone already is no error. */
const killGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {}
};

const listen = ({ stdout, stderr }: ChildProcess, onOutput: ProcessOptions['onOutput']) => {
  let chunks = 0;
  const take = (from: 'stdout' | 'stderr') => (chunk: Buffer) => {
    chunks++;
    onOutput(chunk, from);
  };
  stdout?.on('data', take('stdout')).on('error', () => {});
  stderr?.on('data', take('stderr')).on('error', () => {});
  return {
    /** Reads what has been printed already, and no more: whoever holds the pipe still may print for ever. */
    drain: async (): Promise<void> => {
      for (let rounds = 0, before = -1; chunks !== before && rounds < mostRounds; rounds++) {
        before = chunks;
        // One turn in which the pipes are polled, whatever phase this is.
        await turn();
        await turn();
      }
      stdout?.destroy();
      stderr?.destroy();
    },
  };
};

/** A pipe of Linux holds 64 KiB (pipe(7)), a socket about four times that; each turn reads 64 KiB. */
const mostRounds = 16;
