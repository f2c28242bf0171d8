import type { AnyChecker } from '../src/checker/index.ts';
import { ftp } from './ftp/index.ts';
import { ssh } from './ssh/index.ts';
import { tftp } from './tftp/index.ts';

export { ftp, ssh, tftp };

/** The checkers of this package: the one list that configs, commands and documentation go by. */
export const checkers: readonly AnyChecker[] = [ftp, tftp, ssh];
