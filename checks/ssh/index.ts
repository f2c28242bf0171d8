import { defineChecker, preflightPattern } from '../../src/checker/index.ts';
import { face } from './face.ts';
import { identify } from './identify.ts';
import { isDeep } from './option-rules.ts';
import { type SshOptions, sshOptions } from './options.ts';

/**
 * Compares the identification of an SSH server as the classic check_ssh does and, asked for more, its host keys, a login,
 * SFTP and a command. See README.md beside this file.
 */
export const ssh = defineChecker<SshOptions>({
  name: 'ssh',
  defaultPort: 22,
  options: sshOptions,
  command: face,
  isolation: { module: import.meta.url, applies: isDeep, load: () => import('ssh2') },
  preflight: preflightPattern,
  async check(target, options, context) {
    if (!isDeep(options)) return identify(target, options, context);
    const { checkDeep } = await import('./deep-check.ts');
    return checkDeep(target, options, context);
  },
});
