import type { Complaints } from '../checker/index.ts';
import { integerOf } from './option-value.ts';

/** What check_ftp says of wrong arguments; the default of every command. */
export const classicComplaints: Complaints = {
  noArguments: 'No arguments found',
  noHost: 'No host: name it with -H',
  port: (given) =>
    isCInteger(given) ? `Port must be at most 65535, not ${given.trim()}` : 'Port must be a positive integer',
  timeout: () => 'Timeout interval must be a positive integer',
};

/** What the classic plugins take as a port; those above 65535 then reach another port. */
const isCInteger = (text: string): boolean => integerOf(text) > 0 && integerOf(text) < 2 ** 31;
