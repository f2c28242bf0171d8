import type { Socket } from 'node:net';
import {
  type CheckContext,
  type CheckResult,
  cleanText,
  connectTcp,
  packageVersion,
  result,
  Stopwatch,
  type Target,
} from '../../src/checker/index.ts';
import { closeGently } from './close-gently.ts';
import { describeServer, identificationFacts, judgeOtherGreeting, judgeVersions } from './greeting-verdict.ts';
import type { SshOptions } from './options.ts';
import { type Heard, readGreeting } from './read-greeting.ts';
import type { StageName } from './stage-name.ts';
import { timeMetric } from './time-metric.ts';
import { connectFault, timeoutFault } from './transport-fault.ts';

/** How we call ourselves, behind `SSH-2.0-`. */
export const ourSoftware = `check_ssh_${packageVersion}`;

/** The classic check: connect, compare the identification (RFC 4253, section 4.2), identify ourselves, close. */
export const identify = async (target: Target, options: SshOptions, context: CheckContext): Promise<CheckResult> => {
  const { signal, clock, timeoutMs, verbose } = context;
  const stages = new Stopwatch<StageName>(clock, 'connect');
  let socket: Socket | undefined;
  let heard: Heard;
  try {
    socket = await connectTcp(target, { signal });
    stages.enter('greeting');
    heard = await readGreeting(socket, { idleMs: Math.min(2_000, timeoutMs / 2), signal, clock });
  } catch (error) {
    socket?.destroy();
    const fault = error === signal.reason ? timeoutFault(stages.stage, timeoutMs) : connectFault(target, error);
    return result({ ...fault, steps: stages.steps(fault.code) });
  }

  const { greeting, reset } = heard;
  const { elapsedMs } = stages;
  if (greeting.kind !== 'identification') {
    socket.destroy();
    const fault = judgeOtherGreeting(greeting, reset);
    return result({ ...fault, steps: stages.steps(fault.code) });
  }
  const { identification } = greeting;
  const fault = judgeVersions(identification, options);
  const steps = stages.steps(fault?.code);
  const facts = identificationFacts(identification);
  const ours = `SSH-${identification.protocol}-${ourSoftware}\r\n`;
  verbose?.(`${cleanText(identification.line)}\n${ours}\n`);
  socket.write(ours);
  await closeGently(socket, clock);
  if (fault) return result({ ...fault, steps, facts });
  const metrics = [timeMetric(elapsedMs, timeoutMs)];
  return result({ status: 'OK', code: 'ok', summary: describeServer(identification), steps, metrics, facts });
};
