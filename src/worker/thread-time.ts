import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** Clock ticks of Linux are a hundredth of a second, whatever the kernel's own (sysconf(3), _SC_CLK_TCK). */
const tickMs = 10;

/** The system's number of the thread that calls this; 0 outside of Linux (proc(5), /proc/thread-self). */
export const ownSystemId = (): number => {
  try {
    return Number(basename(readlinkSync('/proc/thread-self')));
  } catch {
    return 0;
  }
};

/**
 * Processor time that a thread of this process has used, in milliseconds; `undefined` where the system does not tell
 * (proc(5), /proc/pid/stat).
 */
export const threadTimeMs = (systemId: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/self/task/${systemId}/stat`, 'latin1');
    // The name, in brackets, may hold anything; utime and stime are the 14th and 15th field.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return undefined;
  }
};
