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
  async check(target, options, context) {
    if (target.host.startsWith('/') && Buffer.byteLength(target.host) > longestSocketPath)
      return result({ status: 'UNKNOWN', code: 'local-fault', summary: pathTooLong, line: pathTooLong });
    if (!isDeep(options)) return checkBanner(target, options, context);
    const { checkDeep } = await import('./deep-check.ts');
    return checkDeep(target, options, context);
  },
});
