import { defineChecker, preflightPattern, result } from '../../src/checker/index.ts';
import { checkBanner } from './banner-check.ts';
import { face, longestSocketPath, pathTooLong } from './face.ts';
import { type FtpOptions, ftpOptions, isDeep } from './options.ts';

/** Checks FTP servers: the greeting, and with `user` or `file` a login and a transfer. See the README beside this file. */
export const ftp = defineChecker<FtpOptions>({
  name: 'ftp',
  defaultPort: 21,
  options: ftpOptions,
  command: face,
  isolation: { module: import.meta.url, applies: isDeep, load: () => import('./deep-check.ts') },
  preflight: preflightPattern,
  check(target, options, context) {
    if (target.host.startsWith('/') && Buffer.byteLength(target.host) > longestSocketPath)
      return Promise.resolve(unreachable);
    if (!isDeep(options)) return checkBanner(target, options, context);
    return import('./deep-check.ts').then(({ checkDeep }) => checkDeep(target, options, context));
  },
});

const unreachable = result({ status: 'UNKNOWN', code: 'local-fault', summary: pathTooLong, line: pathTooLong });
