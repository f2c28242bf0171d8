import { InvalidArgumentError } from 'commander';

/**
 * A whole number above 0 on the command line.
 *
 * @throws InvalidArgumentError, which commander turns into a message, when it is none
 */
export const countArgument = (text: string): number => {
  const count = Number(text);
  if (!/^\d{1,6}$/.test(text) || count === 0) throw new InvalidArgumentError('It must be a whole number above 0.');
  return count;
};
