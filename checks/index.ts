import type { AnyChecker } from '../src/checker/index.ts';
import { parseCommand } from '../src/plugin/index.ts';
import { createExec } from './exec/index.ts';
import { ftp } from './ftp/index.ts';
import { ssh } from './ssh/index.ts';
import { tftp } from './tftp/index.ts';

/** Runs any Nagios plugin, and the commands of the other three where no plugin of their name is installed. */
export const exec = createExec({ checkers: [ftp, tftp, ssh], parse: parseCommand, module: import.meta.url });

export { ftp, ssh, tftp };

/** The checkers of this package: the one list that configs, commands and documentation go by. */
export const checkers: readonly AnyChecker[] = [ftp, tftp, ssh, exec];
