import {
  type CheckContext,
  type CheckResult,
  compilePattern,
  type Fact,
  type LinearPattern,
  LocalFileError,
  type Metric,
  openLifeline,
  PatternSyntaxError,
  result,
  SecretError,
  Stopwatch,
  type Target,
  withdrawn,
} from '../../src/checker/index.ts';
import { Conversation } from './conversation.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import { endedEarly, failed, passed } from './deep-verdict.ts';
import { maskResult } from './mask.ts';
import { defaultMaxBytes } from './option-rules.ts';
import type { SshOptions } from './options.ts';
import type { Session } from './session.ts';
import type { StageName } from './stage-name.ts';
import { openTranscript } from './transcript.ts';
import { readTrust, type Trust } from './trust.ts';
import { doWork } from './work.ts';

/** ssh2, loaded only for a deep check: that takes longer than most checks do. */
type Ssh2 = typeof import('ssh2');

/** What a run has read of this machine before it connects. */
interface Preparations {
  readonly credentials: Credentials | undefined;
  readonly trust: Trust;
  readonly pattern: LinearPattern | undefined;
}

/** The deep check: identification, key exchange and host key, and with a user login and work, each timed. */
export const checkDeep = async (target: Target, options: SshOptions, context: CheckContext): Promise<CheckResult> => {
  const { default: ssh2 } = await import('ssh2');
  try {
    const preparations = await prepare(target, options, ssh2, context.signal);
    const outcome = await converse(target, options, preparations, ssh2, context);
    return maskResult(outcome, preparations.credentials?.secrets ?? []);
  } catch (error) {
    if (!(error instanceof SecretError || error instanceof LocalFileError || error instanceof PatternSyntaxError))
      throw error;
    const summary = error instanceof PatternSyntaxError ? `contentRegex ${error.message}` : error.message;
    const remedy = 'Correct the option, or make what it names readable for the user that runs the check.';
    return result({ status: 'UNKNOWN', code: 'local-fault', summary, remedy });
  }
};

const prepare = async (
  target: Target,
  options: SshOptions,
  ssh2: Ssh2,
  signal: AbortSignal,
): Promise<Preparations> => ({
  trust: await readTrust(options, target),
  credentials: options.user === undefined ? undefined : await readCredentials(options, ssh2, signal),
  pattern: options.contentRegex === undefined ? undefined : await compilePattern(options.contentRegex),
});

/** What the server may send besides files and output: handshake, packet frames, listings. */
const overheadBytes = 4 * 1024 * 1024;

const converse = async (
  target: Target,
  options: SshOptions,
  { credentials, trust, pattern }: Preparations,
  ssh2: Ssh2,
  context: CheckContext,
): Promise<CheckResult> => {
  const { clock } = context;
  const watch = new Stopwatch<StageName>(clock, 'connect', context.entered);
  const transcript = openTranscript(context, credentials?.secrets);
  using life = openLifeline(context);
  const newClient = () => new ssh2.Client();
  const mostBytes = (options.maxBytes ?? defaultMaxBytes) + overheadBytes;
  const living = { ...context, signal: life.signal };
  const conversation = new Conversation({ ...living, target, options, trust, watch, transcript, newClient, mostBytes });
  const facts: Record<string, Fact> = {};
  const metrics: Metric[] = [];
  const learnt = () => ({ facts: { ...conversation.facts, ...facts }, metrics });
  const work = (session: Session) =>
    doWork(session, {
      options,
      pattern,
      context,
      watch,
      transcript,
      learn: (more) => void Object.assign(facts, more),
      measure: (metric) => void metrics.push(metric),
      hold: life.hold,
      alive: (promise) => session.alive(promise),
      withdrawn: (promise) => session.alive(withdrawn(context.signal, promise)),
    });
  try {
    const { session, shown } = await conversation.open();
    if (credentials) await session.logIn(credentials);
    const { key, opinion } = shown;
    const done = credentials ? await work(session) : `host key ${key.fingerprint} (${key.type})`;
    if (options.hostKeyTypes) await conversation.fetchOtherKeys();
    return passed({ done, opinion, ...learnt() }, options, context, watch);
  } catch (error) {
    return endedEarly(failed(error, context, watch), learnt(), options, context, watch);
  } finally {
    await conversation.leave();
  }
};
