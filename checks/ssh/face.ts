import type { CheckResult, CommandFace, CommandTarget, Wording } from '../../src/checker/index.ts';
import { answerPrefix } from './greeting-verdict.ts';
import { isDeep } from './option-rules.ts';
import type { SshOptions } from './options.ts';
import { otherFamily } from './transport-fault.ts';

/** check_ssh, as in monitoring-plugins 2.x. */
export const face: CommandFace<SshOptions> = {
  service: 'SSH',
  separator: ' | ',
  usage: 'check_ssh  [-4|-6] [-t <timeout>] [-r <remote version>] [-p <port>] <host>',
  about: 'Try to connect to an SSH server at specified server and port',
  operands: ['host', 'port'],
  transcript: true,
  plain: {},
  // 2.3 knows only the misspelt one, 2.4 only the right one; --host is an option of its own there.
  aliases: { '--remote-protcol': '--remote-protocol', '--host': '--hostname' },
  complaints: {
    noArguments: 'Could not parse arguments',
    noHost: 'Could not parse arguments',
    port: (given) => `Port number must be a positive integer - ${given}`,
    timeout: (given) => `Timeout interval must be a positive integer - ${given}`,
  },
  unknownLetter: (given) => (isDeep(given) ? undefined : letterOf(given)),
  wording: (result, target) => wordClassically(result, target),
};

/** The original has no thresholds, and a look at the identification has none either. */
const letterOf = (given: Readonly<Record<string, unknown>>): string | undefined => {
  if (given['warning'] !== undefined) return 'w';
  return given['critical'] === undefined ? undefined : 'c';
};

/** The original looks at a host as soon as it is named, and says nothing of an operand that is none. */
const wordClassically = (
  { code, line }: CheckResult,
  { host, named, familyFirst }: CommandTarget,
): Wording | undefined => {
  if (code === 'dns' || (line === otherFamily && (familyFirst || !named))) {
    const invalid = { line: `check_ssh: Invalid hostname/address - ${host}`, usage: true };
    return named ? invalid : { ...invalid, stream: 'stderr' };
  }
  return line?.startsWith(answerPrefix) ? { lineEnd: '' } : undefined;
};
