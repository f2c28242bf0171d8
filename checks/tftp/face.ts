import type { CommandFace } from '../../src/checker/index.ts';
import type { TftpOptions } from './options.ts';

/** check_tftp, which no collection of plugins has: the options that the existing scripts share, and our own. */
export const face: CommandFace<TftpOptions> = {
  service: 'TFTP',
  separator: '|',
  usage: `check_tftp -H host [-p port] [-4|-6] [-t seconds] [-w range] [-c range] [-v] [-f file]
          [--mode octet|netascii] [--blksize n] [--tsize] [--windowsize n]
          [--option-timeout seconds] [--require-options] [--mtu-lap]
          [--content text] [--content-regex re] [--sha256 hex] [--size n]
          [--min-bytes n] [--max-bytes n] [--first-block]
check_tftp -H host -f file --expect-error code
both      [--source address] [--source-policy same-address|any]
          [--extra-opts[=[section][@file]]] [--reason-code] [--json] [--transcript]`,
  about: `Reads a file from a TFTP server and looks at what came back.
Ranges are those of the monitoring plugins, on the seconds it took: 5, 1:5, @1:5.`,
  operands: ['host'],
  hostFirst: true,
  strictOperands: true,
  transcript: true,
  complaints: {
    port: (given) => `Port must be a whole number from 1 to 65535, not "${given}"`,
    timeout: (given) => `Timeout interval must be a positive integer, not "${given}"`,
  },
  plain: {},
};
