import { readdirSync, readFileSync } from 'node:fs';

/** Kills a process and every process below it with SIGKILL, those that left its process group included. */
export const killTree = (pid: number): void => {
  // Stopped first, or it could start another child between the look and the kill.
  signal(pid, 'SIGSTOP');
  for (const child of childrenOf(pid)) killTree(child);
  signal(pid, 'SIGKILL');
};

/** Stops a process and every process below it, as a machine without air would: they hold their sockets and do nothing. */
export const stopTree = (pid: number): void => {
  signal(pid, 'SIGSTOP');
  for (const child of childrenOf(pid)) stopTree(child);
};

/** Lets a process and every process below it go on. */
export const continueTree = (pid: number): void => {
  signal(pid, 'SIGCONT');
  for (const child of childrenOf(pid)) continueTree(child);
};

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

const childrenOf = (parent: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);

/** The fourth field of proc(5) stat, counted from the end of the command name, which may contain anything. */
const parentOf = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
};
