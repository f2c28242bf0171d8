import {
  classifyNetworkError,
  compilePattern,
  defineChecker,
  familyOf,
  type LinearPattern,
  PatternSyntaxError,
  preflightPattern,
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
  preflight: preflightPattern,
  async check(target, options, context) {
    const { stop, timeoutMs, clock } = context;
    const { contentRegex } = options;
    let pattern: LinearPattern | undefined;
    try {
      pattern = contentRegex === undefined ? undefined : await compilePattern(contentRegex);
    } catch (error) {
      if (!(error instanceof PatternSyntaxError)) throw error;
      return result({ status: 'UNKNOWN', code: 'local-fault', summary: `contentRegex ${error.message}` });
    }
    let addresses: readonly HostAddress[];
    try {
      addresses = await resolveHost(target.host, { family: familyOf(target), signal: stop });
    } catch (error) {
      const { text, ...fault } = classifyNetworkError(error);
      return result({ ...fault, summary: `${target.host}: ${text}` });
    }
    const transcript = openTranscript(context);
    const reading = await read({ addresses, target, options, pattern }, { signal: stop, clock, transcript });
    const { port, label = `${target.host} port ${port}` } = target;
    return judge(reading, { label, port, options, pattern, timeoutMs });
  },
});
