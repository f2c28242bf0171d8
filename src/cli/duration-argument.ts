import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../clock/duration.ts';

/** A hundred years, in milliseconds: no date is out of reach then. */
const longestMs = 36_500 * 86_400_000;

/**
 * Milliseconds of a duration on the command line.
 *
 * @throws InvalidArgumentError, which commander turns into a message, when it is none, zero, or longer than a hundred years
 */
export const durationArgument = (text: string): number => {
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError('It must be a duration such as 30s, 15m or 2h.');
  if (ms > longestMs) throw new InvalidArgumentError('It must be 36500d at most.');
  return ms;
};
