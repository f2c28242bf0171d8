import * as v from 'valibot';
import { tftp } from '../../../checks/tftp/index.ts';
import { tftpOptions } from '../../../checks/tftp/options.ts';
import { type CheckResult, runCheck } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import type { Heard, UdpPeer } from './udp-peer.ts';

/** Starts a check of a port of loopback, on a clock that stands still. */
export const start = (
  port: number,
  given: v.InferInput<typeof tftpOptions> = {},
  { host = '127.0.0.1', clock = new ManualClock(), timeoutMs = 10_000, family = undefined as 4 | 6 | undefined } = {},
) => {
  const options = v.parse(tftpOptions, given);
  const outcome = runCheck({ checker: tftp, target: { host, port, family }, options }, { timeoutMs, clock });
  return { clock, outcome: outcome as Promise<CheckResult> };
};

/** Waits for the request of a check and answers it from a port of its own, as TFTP servers do. */
export const answer = async (server: UdpPeer, session: UdpPeer, packet: Uint8Array): Promise<Heard> => {
  const request = await server.next();
  await session.send(packet, request.from);
  return request;
};
