import { isIP } from 'node:net';
import type { Target } from './checker.ts';

/** The address family that a run is bound to: the one asked for, else that of its source address. */
export const familyOf = ({ family, source }: Pick<Target, 'family' | 'source'>): 4 | 6 | undefined => {
  if (family !== undefined || source === undefined) return family;
  return isIP(source) === 6 ? 6 : 4;
};
