import type { Socket } from 'node:net';
import {
  type CheckContext,
  type CheckResult,
  cleanText,
  connectTcp,
  result,
  SecretError,
  Stopwatch,
  type Target,
} from '../../src/checker/index.ts';
import { judgeGreeting } from './banner-verdict.ts';
import { openControl } from './control.ts';
import { type Facts, failed, passed } from './deep-verdict.ts';
import { expectationOf, fitOf } from './expectation.ts';
import { notConnected, timedOut } from './failure.ts';
import { type Credentials, logIn, revealCredentials } from './login.ts';
import type { FtpOptions } from './options.ts';
import { retrieve } from './retrieve.ts';

/** Logs in and, where a file is named, reads it: connect, greeting, login, data, transfer, each timed. */
export const checkDeep = async (target: Target, options: FtpOptions, context: CheckContext): Promise<CheckResult> => {
  const { signal, clock } = context;
  const basicFtp = await import('basic-ftp');
  let credentials: Credentials;
  try {
    credentials = await revealCredentials(options);
  } catch (error) {
    if (error instanceof SecretError) return unreadable(error);
    throw error;
  }
  const watch = new Stopwatch(clock, 'connect');
  let socket: Socket;
  try {
    socket = await connectTcp(target, { signal });
  } catch (error) {
    return error === signal.reason ? timedOut(context, target, watch) : notConnected(error, target, options, watch);
  }
  const control = openControl(basicFtp, socket, options.password && credentials.password);
  let facts: Facts = {};
  try {
    watch.enter('greeting');
    const greeting = await control.greeting();
    const said = Buffer.from(greeting);
    const seconds = watch.elapsedMs / 1_000;
    if (fitOf(said, expectationOf(options)) !== 'match')
      return judgeGreeting({ said, expected: false, seconds }, target, options, context, watch);
    if (!options.jail) facts = { banner: cleanText(greeting).trimEnd() };
    watch.enter('login');
    await logIn(control, credentials);
    const { file } = options;
    if (file === undefined) return passed(`logged in as ${credentials.user}`, facts, options, context, watch);
    const { size, facts: learnt } = await retrieve(control, file, options, context, watch);
    facts = { ...facts, ...learnt, size };
    return passed(`${size} ${size === 1 ? 'byte' : 'bytes'} of ${file}`, facts, options, context, watch);
  } catch (error) {
    return signal.aborted ? timedOut(context, target, watch) : failed(error, facts, watch);
  } finally {
    await control.leave(context);
  }
};

const unreadable = ({ message }: SecretError): CheckResult =>
  result({
    status: 'UNKNOWN',
    code: 'local-fault',
    summary: message,
    remedy: 'Put the password where the options say, readable for the guardian.',
  });
