import {
  type CheckContext,
  type CheckResult,
  cleanText,
  result,
  Stopwatch,
  type Target,
  timeMetric,
} from '../../src/checker/index.ts';
import { closeGently } from './close-gently.ts';
import { type Contact, makeContact, ourSoftware } from './contact.ts';
import { disconnectPacket } from './disconnect.ts';
import { describeServer, identificationFacts, judgeVersions } from './greeting-verdict.ts';
import type { SshOptions } from './options.ts';
import { SshFault } from './ssh-fault.ts';
import type { StageName } from './stage-name.ts';
import { openTranscript } from './transcript.ts';

const goodbye = disconnectPacket();

/** Protocol versions that know SSH_MSG_DISCONNECT as we send it (RFC 4253, section 5). */
const modern: readonly string[] = ['2.0', '1.99'];

/** The classic check: connect, compare the identification, identify ourselves, disconnect. */
export const identify = async (target: Target, options: SshOptions, context: CheckContext): Promise<CheckResult> => {
  const { clock, timeoutMs, verbose } = context;
  const watch = new Stopwatch<StageName>(clock, 'connect');
  const transcript = openTranscript(context);
  let contact: Contact;
  try {
    contact = await makeContact(target, { ...context, watch });
  } catch (error) {
    if (!(error instanceof SshFault)) throw error;
    const { verdict } = error;
    transcript.note(verdict.summary);
    return result({ ...verdict, steps: watch.steps(verdict.code) });
  }
  const { elapsedMs } = watch;
  const { socket, identification } = contact;
  const fault = judgeVersions(identification, options);
  const steps = watch.steps(fault?.code);
  const facts = identificationFacts(identification);
  const ours = `SSH-${identification.protocol}-${ourSoftware}`;
  transcript.heard(identification.line);
  transcript.sent(ours);
  verbose?.(`${cleanText(identification.line)}\n${ours}\r\n\n`);
  const isModern = modern.includes(identification.protocol);
  if (isModern) transcript.sent('DISCONNECT (11)');
  await closeGently(socket, context, isModern ? Buffer.concat([Buffer.from(`${ours}\r\n`), goodbye]) : `${ours}\r\n`);
  if (fault) return result({ ...fault, steps, facts });
  const metrics = [timeMetric(elapsedMs / 1_000, {}, timeoutMs)];
  const summary = describeServer(identification);
  return result({ status: 'OK', code: 'ok', summary, steps, metrics, facts, echoesBanner: true });
};
