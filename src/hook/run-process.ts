import { type ChildProcess, spawn } from 'node:child_process';
import { cleanText } from '../checker/clean-text.ts';
import { type Clock, wait } from '../clock/clock.ts';

/** How a process is run. */
export interface ProcessOptions {
  /** The whole environment: nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** Written to its standard input, which is then closed. */
  readonly input: string;
  /** After this long its process group is ended. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Ends its process group at once. */
  readonly signal: AbortSignal;
  /** From TERM to KILL. Default 2 s. */
  readonly termToKillMs?: number;
}

/** How a process ended. */
export interface ProcessEnd {
  readonly outcome: 'exited' | 'killed' | 'timeout' | 'cancelled' | 'not-started';
  /** Set when it exited by itself. */
  readonly exitCode: number | undefined;
  /** One clean line for people, with the last line it printed. */
  readonly summary: string;
}

/** What of a process's output is kept, from its end, for the summary. */
const keptBytes = 2_048;

/**
 * Runs a program without a shell, in a process group of its own, and waits for its end. Its whole group gets TERM,
 * then KILL, when its time is up, and once more after it ended, so that no child of it stays. Never rejects.
 */
export const runProcess = async (
  file: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProcessEnd> => {
  const { environment, input, timeoutMs, clock, signal, termToKillMs = 2_000 } = options;
  const child = spawn(file, args, { env: environment, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const said = keepTail(child);
  // A program that does not read its input is no error.
  child.stdin.on('error', () => {});
  child.stdin.end(input);

  const ended = new Promise<{ code: number | null; signal: string | null; error?: Error }>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
    // `exit`, not `close`: a grandchild that keeps the pipes open must not hold us up.
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const gone = new AbortController();
  const timeUp = new AbortController();
  const deadline = clock.setTimer(() => timeUp.abort(), timeoutMs);
  const stop = AbortSignal.any([signal, timeUp.signal]);
  const endGroup = async () => {
    killGroup(child, 'SIGTERM');
    await wait(clock, termToKillMs, gone.signal);
    killGroup(child, 'SIGKILL');
  };
  if (stop.aborted) void endGroup();
  else stop.addEventListener('abort', endGroup, { once: true });

  const { code, signal: killedBy, error } = await ended;
  gone.abort();
  deadline.cancel();
  stop.removeEventListener('abort', endGroup);
  killGroup(child, 'SIGKILL');
  child.stdout.destroy();
  child.stderr.destroy();

  const tail = said();
  const end = (outcome: ProcessEnd['outcome'], what: string): ProcessEnd => ({
    outcome,
    exitCode: code ?? undefined,
    summary: tail ? `${what}: ${tail}` : what,
  });
  if (error) return end('not-started', `cannot run ${file}: ${(error as NodeJS.ErrnoException).code ?? error.message}`);
  if (timeUp.signal.aborted) return end('timeout', `ended after ${timeoutMs / 1_000} s without an exit`);
  if (signal.aborted) return end('cancelled', 'cancelled');
  if (code === null) return end('killed', `killed by ${killedBy}`);
  return end('exited', `exit ${code}`);
};

/** Kills what is left of the process group; a group that is gone already is no error. */
const killGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {}
};

/** Collects the end of what the process prints; gives its last non-empty line, cleaned. */
const keepTail = (child: ChildProcess): (() => string) => {
  let tail = Buffer.alloc(0);
  const keep = (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-keptBytes);
  };
  child.stdout?.on('data', keep).on('error', () => {});
  child.stderr?.on('data', keep).on('error', () => {});
  return () => cleanText(tail.toString().trimEnd().split('\n').at(-1) ?? '').trim();
};
