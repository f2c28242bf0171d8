import { isIP } from 'node:net';
import { classifyNetworkError, type Target } from '../../src/checker/index.ts';
import type { Verdict } from './greeting-verdict.ts';
import type { StageName } from './stage-name.ts';

/** What the original says of an address that is not of the family asked for. */
export const otherFamily = 'Address family for hostname not supported';

/** What a failed connect means, in the words of the classic check_ssh. */
export const connectFault = (target: Target, error: unknown): Verdict => {
  const { host, port, family } = target;
  const { text, ...fault } = classifyNetworkError(error);
  if (family && isIP(host) && isIP(host) !== family) {
    const remedy = `${host} is no IPv${family} address.`;
    return { status: 'UNKNOWN', code: 'local-fault', summary: otherFamily, line: otherFamily, remedy };
  }
  if (fault.code === 'dns') return { ...fault, summary: `${host}: ${text}` };
  const line = `connect to address ${host} and port ${port}: ${text}`;
  return { ...fault, summary: line, line };
};

/** What the end of the time means, by the stage it came in. */
export const timeoutFault = (stage: StageName, timeoutMs: number): Verdict => {
  const seconds = timeoutMs / 1_000;
  const classic = { line: `CRITICAL - Socket timeout after ${seconds} seconds` };
  const remedy = 'Is the server up, is it overloaded, does a firewall swallow packets?';
  switch (stage) {
    case 'connect': {
      const summary = `no connection within ${seconds} s`;
      return { status: 'CRITICAL', code: 'connect-timeout', summary, remedy, ...classic };
    }
    case 'greeting':
      return {
        status: 'CRITICAL',
        code: 'timeout',
        summary: `no identification within ${seconds} s`,
        remedy,
        ...classic,
      };
    default:
      return { status: 'CRITICAL', code: 'timeout', summary: `${stage} not done within ${seconds} s`, remedy };
  }
};
