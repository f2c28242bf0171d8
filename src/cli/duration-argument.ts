import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../clock/duration.ts';

/**
 * Milliseconds of a duration on the command line.
 *
 * @throws InvalidArgumentError, which commander turns into a message, when it is none or zero
 */
export const durationArgument = (text: string): number => {
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError('It must be a duration such as 30s, 15m or 2h.');
  return ms;
};
