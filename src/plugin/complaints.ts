import type { Complaints } from '../checker/index.ts';

/** What check_ftp says of wrong arguments; the default of every command. */
export const classicComplaints: Complaints = {
  noArguments: 'No arguments found',
  noHost: 'No host: name it with -H',
  port: () => 'Port must be a positive integer',
  timeout: () => 'Timeout interval must be a positive integer',
};
