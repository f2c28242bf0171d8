import {
  classifyNetworkError,
  compilePattern,
  defineChecker,
  familyOf,
  type LinearPattern,
  PatternSyntaxError,
  result,
} from '../../src/checker/index.ts';
import { face } from './face.ts';
import { judge } from './judge.ts';
import { type TftpOptions, tftpOptions } from './options.ts';
import { read } from './read.ts';
import { type HostAddress, resolveHost } from './resolve.ts';
import { openTranscript } from './transcript.ts';

/** Reads a sentinel file by TFTP (RFC 1350). See README.md beside this file. */
export const tftp = defineChecker<TftpOptions>({
  name: 'tftp',
  defaultPort: 69,
  options: tftpOptions,
  command: face,
  async preflight({ contentRegex }) {
    const pattern = contentRegex === undefined ? undefined : await patternOf(contentRegex);
    return typeof pattern === 'string' ? ['contentRegex', pattern] : undefined;
  },
  async check(target, options, context) {
    const { signal, timeoutMs, clock } = context;
    const pattern = options.contentRegex === undefined ? undefined : await patternOf(options.contentRegex);
    if (typeof pattern === 'string')
      return result({ status: 'UNKNOWN', code: 'local-fault', summary: `contentRegex ${pattern}` });
    let addresses: readonly HostAddress[];
    try {
      addresses = await resolveHost(target.host, { family: familyOf(target), signal });
    } catch (error) {
      const { text, ...fault } = classifyNetworkError(error);
      return result({ ...fault, summary: `${target.host}: ${text}` });
    }
    const transcript = openTranscript(context);
    const reading = await read({ addresses, target, options, pattern }, { signal, clock, transcript });
    const { port, label = `${target.host} port ${port}` } = target;
    return judge(reading, { label, port, options, pattern, timeoutMs });
  },
});

/** The compiled expression, or what is wrong with it. */
const patternOf = async (source: string): Promise<LinearPattern | string> => {
  try {
    return await compilePattern(source);
  } catch (error) {
    if (error instanceof PatternSyntaxError) return error.message;
    throw error;
  }
};
