import {
  type CheckContext,
  classifyNetworkError,
  defineChecker,
  familyOf,
  result,
  type Target,
} from '../../src/checker/index.ts';
import { type Exchange, exchange } from './exchange.ts';
import { judge } from './judge.ts';
import { defaultFile, defaultMaxBytes, type TftpOptions, tftpOptions } from './options.ts';
import { type HostAddress, resolveHost } from './resolve.ts';

/** Reads a sentinel file by TFTP (RFC 1350). See README.md beside this file. */
export const tftp = defineChecker<TftpOptions>({
  name: 'tftp',
  defaultPort: 69,
  options: tftpOptions,
  command: {
    service: 'TFTP',
    separator: '|',
    usage: 'check_tftp -H <host> [-p <port>] [-f <file>] [-w <range>] [-c <range>] [-t <timeout>] [-4|-6]',
    about: 'Reads a file from a TFTP server and looks at what came back.',
    operands: ['host'],
    hostFirst: true,
  },

  async check(target, options, context) {
    const label = target.label ?? `${target.host} port ${target.port}`;
    let addresses: readonly HostAddress[];
    try {
      addresses = await resolveHost(target.host, { family: familyOf(target), signal: context.signal });
    } catch (error) {
      const { text, ...fault } = classifyNetworkError(error);
      return result({ ...fault, summary: `${target.host}: ${text}` });
    }
    return judge(label, options, await askEach(addresses, target, options, context), context.timeoutMs);
  },
});

/** Asks one address after another as long as the answer is a fault of the network. */
const askEach = async (
  [first, ...others]: readonly HostAddress[],
  { port, source }: Pick<Target, 'port' | 'source'>,
  options: TftpOptions,
  context: CheckContext,
): Promise<Exchange> => {
  if (!first) throw new Error('a resolved host has an address');
  const { file = defaultFile, mode = 'octet', maxBytes = defaultMaxBytes, sourcePolicy, expectError } = options;
  const request = {
    file,
    mode,
    // Where an ERROR is expected, the first byte of a file is one too many.
    maxBytes: expectError === undefined ? maxBytes : 0,
    anySource: sourcePolicy === 'any',
    from: source,
  };
  const outcome = await exchange({ ...first, port }, request, context);
  return outcome.end.kind === 'fault' && others.length > 0
    ? askEach(others, { port, source }, options, context)
    : outcome;
};
