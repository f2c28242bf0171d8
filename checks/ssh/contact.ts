import type { Socket } from 'node:net';
import { type CheckContext, connectTcp, packageVersion, type Stopwatch, type Target } from '../../src/checker/index.ts';
import type { Identification } from './greeting.ts';
import { judgeOtherGreeting } from './greeting-verdict.ts';
import { readGreeting } from './read-greeting.ts';
import { SshFault } from './ssh-fault.ts';
import type { StageName } from './stage-name.ts';
import { connectFault, timeoutFault } from './transport-fault.ts';

/** How we call ourselves, behind `SSH-2.0-`. */
export const ourSoftware = `check_ssh_${packageVersion}`;

/** A server that has identified itself. */
export interface Contact {
  /** What it brings from now on is lost until it is paused, or somebody listens. */
  readonly socket: Socket;
  readonly identification: Identification;
  /** The identification as it came, with all that has come behind it. */
  readonly decisive: Buffer;
}

/** What {@link makeContact} needs of a run. */
export interface ContactRun extends Pick<CheckContext, 'signal' | 'clock' | 'timeoutMs'> {
  readonly watch: Stopwatch<StageName>;
}

/**
 * Connects, and reads the identification (RFC 4253, section 4.2). Goes through the stages `connect` and `greeting`.
 *
 * @throws SshFault
 */
export const makeContact = async (
  target: Target,
  { watch, signal, clock, timeoutMs }: ContactRun,
): Promise<Contact> => {
  let socket: Socket | undefined;
  try {
    // The original knows no unix sockets: such a path is a host that does not resolve.
    const isPath = target.host.startsWith('/');
    socket = await connectTcp(isPath ? { ...target, host: '' } : target, { signal });
    watch.enter('greeting');
    const idleMs = Math.min(2_000, timeoutMs / 2);
    const { greeting, reset, decisive } = await readGreeting(socket, { idleMs, signal, clock });
    if (greeting.kind !== 'identification')
      throw new SshFault(judgeOtherGreeting(greeting, { reset, ourAddress: socket.localAddress }));
    return { socket, identification: greeting.identification, decisive };
  } catch (error) {
    socket?.destroy();
    if (error instanceof SshFault) throw error;
    throw new SshFault(error === signal.reason ? timeoutFault(watch.stage, timeoutMs) : connectFault(target, error));
  }
};
