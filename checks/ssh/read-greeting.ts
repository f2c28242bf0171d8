import type { Socket } from 'node:net';
import type { Clock, Timer } from '../../src/checker/index.ts';
import { type Greeting, GreetingReader } from './greeting.ts';

/** What a server said first. */
export interface Heard {
  readonly greeting: Greeting;
  /** Whether the connection was reset, not closed, before there was a greeting. */
  readonly reset: boolean;
  /** The line that decided, as it came, and all that has come behind it. */
  readonly decisive: Buffer;
}

/**
 * Reads what a server says first. Whoever wants more must take it at once. Servers that are not SSH wait for the client
 * after their banner, so `idleMs` of silence after the first byte end it, too.
 *
 * @throws the signal's reason
 */
export const readGreeting = (
  socket: Socket,
  { idleMs, signal, clock }: { readonly idleMs: number; readonly signal: AbortSignal; readonly clock: Clock },
): Promise<Heard> =>
  new Promise((resolve, reject) => {
    const reader = new GreetingReader();
    let idle: Timer | undefined;
    const settle = (greeting: Greeting, reset = false) => {
      idle?.cancel();
      socket.off('data', hear).off('end', finish).off('error', fail);
      signal.removeEventListener('abort', abort);
      resolve({ greeting, reset, decisive: reader.decisive });
    };
    const hear = (bytes: Buffer) => {
      const greeting = reader.push(bytes);
      if (greeting) return settle(greeting);
      idle?.cancel();
      idle = clock.setTimer(finish, idleMs);
    };
    const finish = () => settle(reader.finish());
    const fail = () => settle(reader.finish(), true);
    const abort = () => {
      idle?.cancel();
      reject(signal.reason);
    };
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    socket.on('data', hear).on('end', finish).on('error', fail);
  });
