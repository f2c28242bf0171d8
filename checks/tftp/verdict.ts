import type { CheckResult, KnownReasonCode } from '../../src/checker/index.ts';
import type { TftpOptions } from './options.ts';

/** What a result says, before steps, metrics and facts are added. */
export type Verdict = Pick<CheckResult, 'status' | 'code' | 'summary'> & { readonly remedy?: string };

/** A CRITICAL verdict. */
export const critical = (code: KnownReasonCode, summary: string, remedy: string): Verdict => ({
  status: 'CRITICAL',
  code,
  summary,
  remedy,
});

/** Judges how long something took that went well otherwise. */
export const judgeTime = (what: string, options: TftpOptions, seconds: number): Verdict => {
  const summary = `${what} in ${seconds.toFixed(3)}s`;
  for (const level of ['critical', 'warning'] as const) {
    if (!options[level]?.alerts(seconds)) continue;
    const status = level === 'critical' ? 'CRITICAL' : 'WARNING';
    const remedy = 'Look at the load of the server and of the network.';
    return { status, code: 'slow', summary: `${summary}, outside ${options[level]}`, remedy };
  }
  return { status: 'OK', code: 'ok', summary };
};
