import * as v from 'valibot';
import { tftp } from '../../../checks/tftp/index.ts';
import { tftpOptions } from '../../../checks/tftp/options.ts';
import { type CheckResult, runCheck } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import type { Heard, UdpPeer } from './udp-peer.ts';

/** What a run can be told besides its port and options. */
interface RunSettings {
  readonly host?: string;
  readonly family?: 4 | 6 | undefined;
  readonly clock?: ManualClock;
  readonly timeoutMs?: number;
  readonly transcript?: (line: string) => void;
}

/** Starts a check of a port of loopback, on a clock that stands still. */
export const start = (
  port: number,
  given: v.InferInput<typeof tftpOptions> = {},
  { host = '127.0.0.1', family, clock = new ManualClock(), timeoutMs = 10_000, transcript }: RunSettings = {},
) => {
  const options = v.parse(tftpOptions, given);
  const outcome = runCheck(
    { checker: tftp, target: { host, port, family }, options },
    { timeoutMs, clock, transcript },
  );
  return { clock, outcome: outcome as Promise<CheckResult> };
};

/** Waits for the request of a check and answers it from a port of its own, as TFTP servers do. */
export const answer = async (server: UdpPeer, session: UdpPeer, packet: Uint8Array): Promise<Heard> => {
  const request = await server.next();
  await session.send(packet, request.from);
  return request;
};
