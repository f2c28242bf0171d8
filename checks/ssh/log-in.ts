import type { Socket } from 'node:net';
import type { Client } from 'ssh2';
import {
  type CheckContext,
  type CheckResult,
  connectTcp,
  type Metric,
  result,
  SecretError,
  type Step,
  Stopwatch,
  type Target,
} from '../../src/checker/index.ts';
import { closeGently } from './close-gently.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import type { Verdict } from './greeting-verdict.ts';
import { maskResult } from './mask.ts';
import { defaultMaxBytes, type LoginOptions } from './options.ts';
import { Session } from './session.ts';
import { openSftp, readSftpFile } from './sftp-file.ts';
import { criticalFault, SshFault } from './ssh-fault.ts';
import type { StageName } from './stage-name.ts';
import { timeMetric } from './time-metric.ts';
import { connectFault, timeoutFault } from './transport-fault.ts';

/** The check with login: identification, key exchange, login, and as far into SFTP as the options ask. */
export const logIn = async (target: Target, options: LoginOptions, context: CheckContext): Promise<CheckResult> => {
  // Loaded only here: it takes longer to load than most checks take.
  const { default: ssh2 } = await import('ssh2');
  try {
    const credentials = await readCredentials(options, ssh2.utils.parseKey);
    const outcome = await converse(target, { options, credentials, client: new ssh2.Client() }, context);
    return maskResult(outcome, credentials.password);
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    const remedy = 'Make the file or variable readable for the user that runs the check.';
    return result({ status: 'UNKNOWN', code: 'local-fault', summary: error.message, remedy });
  }
};

interface Login {
  readonly options: LoginOptions;
  readonly credentials: Credentials;
  readonly client: Client;
}

const converse = async (target: Target, login: Login, context: CheckContext): Promise<CheckResult> => {
  const { signal, clock, timeoutMs, entered } = context;
  const stages = new Stopwatch<StageName>(clock, 'connect', entered);
  let socket: Socket | undefined;
  let session: Session | undefined;
  try {
    socket = await connectTcp(target, { signal });
    stages.enter('greeting');
    session = new Session({ ...login, socket, stages, signal });
    const { what, size } = await explore(session, login, stages);
    const steps = stages.steps();
    const { elapsedMs } = stages;
    return result({
      status: 'OK',
      code: 'ok',
      summary: `${what} in ${(elapsedMs / 1_000).toFixed(3)}s`,
      steps,
      metrics: [
        timeMetric(elapsedMs, timeoutMs),
        ...steps.map(stepMetric),
        ...(size === undefined ? [] : [bytes(size)]),
      ],
      facts: session.facts,
    });
  } catch (error) {
    const verdict = judgeFailure(error, { connected: session !== undefined, target, stages, context });
    return result({ ...verdict, steps: stages.steps(verdict.code), facts: session?.facts ?? {} });
  } finally {
    login.client.end();
    if (socket) await closeGently(socket, clock);
  }
};

/** Goes as far as the options ask. */
const explore = async (
  session: Session,
  { options, client }: Login,
  stages: Stopwatch<StageName>,
): Promise<{ readonly what: string; readonly size?: number }> => {
  const { user, sftp: wantsSftp, file, maxBytes = defaultMaxBytes } = options;
  await session.logIn();
  if (!wantsSftp && file === undefined) return { what: `logged in as ${user}` };
  stages.enter('subsystem');
  const sftp = await openSftp(session, client);
  if (file === undefined) return { what: `SFTP session of ${user}` };
  stages.enter('transfer');
  const content = await readSftpFile(session, sftp, { path: file, maxBytes });
  checkContent(content, file, options);
  return { what: `${content.length} bytes of ${file} by SFTP`, size: content.length };
};

const checkContent = (found: Buffer, file: string, { content, minBytes = 0 }: LoginOptions): void => {
  const remedy = 'The server has another file than expected: look at what it serves.';
  const got = `${found.length} bytes of ${file}`;
  if (found.length < minBytes) throw criticalFault('size-mismatch', `${got}, expected at least ${minBytes}`, remedy);
  if (content !== undefined && !found.includes(content))
    throw criticalFault('content-mismatch', `${got}, without the expected "${content}"`, remedy);
};

const judgeFailure = (
  error: unknown,
  at: {
    readonly connected: boolean;
    readonly target: Target;
    readonly stages: Stopwatch<StageName>;
    readonly context: CheckContext;
  },
): Verdict => {
  if (error instanceof SshFault) return error.verdict;
  if (error === at.context.signal.reason) return timeoutFault(at.stages.stage, at.context.timeoutMs);
  if (!at.connected) return connectFault(at.target, error);
  throw error;
};

const stepMetric = ({ name, durationMs }: Step): Metric => ({ label: name, value: durationMs / 1_000, unit: 's' });
const bytes = (value: number): Metric => ({ label: 'size', value, unit: 'B' });
