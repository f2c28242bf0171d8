import type { Socket } from 'node:net';
import {
  type CheckContext,
  type CheckResult,
  cleanText,
  connectTcp,
  openLifeline,
  result,
  SecretError,
  Stopwatch,
  type Target,
} from '../../src/checker/index.ts';
import { judgeGreeting } from './banner-verdict.ts';
import { type Control, openControl } from './control.ts';
import { secureControl } from './control-tls.ts';
import { DeepFailure } from './deep-failure.ts';
import { endedEarly, type Facts, failed, passed, withWarning } from './deep-verdict.ts';
import { expectationOf, fitOf } from './expectation.ts';
import { labelOf, notConnected, timedOut } from './failure.ts';
import { type Credentials, logIn, revealCredentials } from './login.ts';
import type { FtpOptions } from './options.ts';
import { protectData } from './protect-data.ts';
import { readTlsTerms, type TlsTerms } from './tls-terms.ts';
import { openTranscript } from './transcript.ts';
import { doWork } from './work.ts';

/** Logs in and, where a file is named, reads it: connect, greeting, login, data, transfer, each timed. */
export const checkDeep = async (target: Target, options: FtpOptions, context: CheckContext): Promise<CheckResult> => {
  const { signal, clock, entered, verbose } = context;
  let credentials: Credentials;
  let terms: TlsTerms | undefined;
  try {
    credentials = await revealCredentials(options);
    terms = options.tls && (await readTlsTerms(options, target));
  } catch (error) {
    if (error instanceof SecretError)
      return unreadable(error.message, 'Put the password where the options say, readable for the guardian.');
    if (error instanceof DeepFailure) return unreadable(error.message, error.remedy);
    throw error;
  }
  const secret = options.password && credentials.password;
  const write = context.transcript ?? (verbose && ((line: string) => verbose(`${line}\n`)));
  const transcript = openTranscript({ clock, transcript: write }, secret);
  using life = openLifeline(context);
  const watch = new Stopwatch(clock, 'connect', entered);
  let socket: Socket;
  try {
    socket = await connectTcp(target, { signal: life.signal });
    transcript.note(`connected to ${labelOf(target)}`);
  } catch (error) {
    return error === signal.reason ? timedOut(context, target, watch) : notConnected(error, target, options, watch);
  }
  let control: Control | undefined;
  let facts: Facts = {};
  const learnt = () => ({ ...facts, ...control?.tls?.facts });
  try {
    if (options.tls === 'implicit') watch.enter('tls');
    const living = { clock, signal: life.signal };
    const tls = terms && options.tls === 'implicit' ? await secureControl(socket, terms, living) : undefined;
    control = openControl(socket, secret, transcript, tls);
    watch.enter('greeting');
    const greeting = await control.greeting();
    const said = Buffer.from(greeting);
    const seconds = watch.elapsedMs / 1_000;
    if (fitOf(said, expectationOf(options)) !== 'match')
      return judgeGreeting({ said, expected: false, seconds }, target, options, context, watch);
    if (!options.jail) facts = { banner: cleanText(greeting).trimEnd() };
    if (terms && options.tls === 'explicit') {
      watch.enter('tls');
      await control.startTls(terms, living);
    }
    watch.enter('login');
    await logIn(control, credentials);
    if (terms) await protectData(control);
    const learn = (more: Facts) => {
      facts = { ...facts, ...more };
    };
    const done = await doWork(control, { options, context, watch, learn, hold: life.hold });
    const outcome = { done, seconds: watch.elapsedMs / 1_000, facts: learnt() };
    watch.enter('quit');
    await control.leave(context);
    // Only now: a warning that ended the run would pass a server that is dead as well.
    return withWarning(passed(outcome, options, context, watch), control.tls?.warning);
  } catch (error) {
    // What only the deadline made certain says more than that time was up.
    const final = error instanceof DeepFailure && error.cause === signal.reason;
    const verdict = signal.aborted && !final ? timedOut(context, target, watch) : failed(error, watch);
    return endedEarly(verdict, learnt(), options, context, watch);
  } finally {
    await control?.leave(context);
    socket.destroy();
  }
};

const unreadable = (summary: string, remedy: string): CheckResult =>
  result({ status: 'UNKNOWN', code: 'local-fault', summary, remedy });
