import { rename } from 'node:fs/promises';
import { isoTime } from '../clock/iso-time.ts';

/**
 * Renames what is damaged or foreign to `FILE.corrupt-TIME`, whatever it is: nothing is deleted, and the place is free.
 *
 * @param now milliseconds since the epoch, for the name
 * @returns the new name
 */
export const setAside = async (file: string, now: number): Promise<string> => {
  const aside = `${file}.corrupt-${isoTime(now).replaceAll(':', '')}`;
  await rename(file, aside);
  return aside;
};
