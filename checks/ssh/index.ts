import { type CheckResult, type CommandTarget, defineChecker, type Wording } from '../../src/checker/index.ts';
import { answerPrefix } from './greeting-verdict.ts';
import { identify } from './identify.ts';
import { logIn } from './log-in.ts';
import { logsIn, type SshOptions, sshOptions } from './options.ts';

/**
 * Compares the identification of an SSH server as the classic check_ssh does and, given a user, logs in and reads a
 * file by SFTP. See README.md beside this file.
 */
export const ssh = defineChecker<SshOptions>({
  name: 'ssh',
  defaultPort: 22,
  options: sshOptions,
  command: {
    service: 'SSH',
    separator: ' | ',
    usage: 'check_ssh  [-4|-6] [-t <timeout>] [-r <remote version>] [-p <port>] <host>',
    about: 'Try to connect to an SSH server at specified server and port',
    operands: ['host', 'port'],
    // 2.3 knows only the misspelt one, 2.4 only the right one; --host is an option of its own there.
    aliases: { '--remote-protcol': '--remote-protocol', '--host': '--hostname' },
    complaints: {
      noArguments: 'Could not parse arguments',
      noHost: 'Could not parse arguments',
      port: (given) => `Port number must be a positive integer - ${given}`,
      timeout: (given) => `Timeout interval must be a positive integer - ${given}`,
    },
    wording: (result, target) => wordClassically(result, target),
  },
  isolation: { module: import.meta.url, applies: logsIn, load: () => import('ssh2') },
  check: (target, options, context) =>
    logsIn(options) ? logIn(target, options, context) : identify(target, options, context),
});

const wordClassically = ({ code, line }: CheckResult, { host }: CommandTarget): Wording | undefined => {
  if (code === 'dns') return { line: `check_ssh: Invalid hostname/address - ${host}`, usage: true };
  return line?.startsWith(answerPrefix) ? { lineEnd: '' } : undefined;
};
