import { cleanText } from '../../checker/clean-text.ts';
import { runInTime, type TimedOptions } from '../../process/run-in-time.ts';
import { searchPath } from '../find-program.ts';

/** How connections are cut. */
export interface CutOptions extends Pick<TimedOptions, 'timeoutMs' | 'clock' | 'signal'> {
  /** The executable file of conntrack(8). */
  readonly conntrack: string;
}

/** nftlb sets the highest bit of a connection's mark for itself. */
const markMask = '0x7fffffff';

/**
 * Cuts the established connections to a backend, which its mark tells from others: the kernel forgets them, and what
 * still comes of them belongs to none.
 *
 * @param mark as nftlb shows it, such as `0x201`
 * @throws Error, with a message for people
 */
export const cutConnections = async (
  mark: string,
  { conntrack, timeoutMs, clock, signal }: CutOptions,
): Promise<void> => {
  // The mark comes from a server, and without one every connection would be meant.
  if (!/^0x[0-9a-f]{1,8}$/i.test(mark) || Number(mark) === 0) throw new Error('nftlb shows no mark to cut by');
  const environment = { PATH: searchPath, LANG: 'C.UTF-8' };
  const args = ['--delete', '--mark', `${mark}/${markMask}`];
  const { outcome, exitCode, summary } = await runInTime(conntrack, args, { environment, timeoutMs, clock, signal });
  // It exits with 1 when there was nothing to cut.
  if (outcome !== 'exited' || (exitCode !== 0 && !/\b0 flow entries have been deleted/.test(summary)))
    throw new Error(`conntrack: ${cleanText(summary)}`);
};
