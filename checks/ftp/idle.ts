import type { Control } from './control.ts';
import { DeepFailure } from './deep-failure.ts';
import type { WorkRun } from './work.ts';

/**
 * Leaves the control connection alone for a while that does not count in the run's time, then says NOOP. Any answer
 * will do; silence is for the deadline to notice (`idle-cut`).
 *
 * @throws DeepFailure `idle-reset` when the connection is closed meanwhile, or by the NOOP
 */
export const sitIdle = async (control: Control, durationMs: number, { context, watch }: WorkRun): Promise<void> => {
  const { clock, signal } = context;
  const { socket } = control.client.ftp;
  watch.enter('idle');
  control.note(`no traffic for ${durationMs / 1_000} s`);
  const startedAt = clock.now();
  const idleSeconds = () => Math.round((clock.now() - startedAt) / 100) / 10;
  const ended = new AbortController();
  const end = () => ended.abort();
  for (const event of ends) socket.once(event, end);
  if (socket.readableEnded || socket.destroyed) end();
  await context.rest(durationMs, ended.signal);
  for (const event of ends) socket.off(event, end);
  watch.restedMs += clock.now() - startedAt;
  signal.throwIfAborted();
  if (ended.signal.aborted) throw idleReset(`closed after ${idleSeconds()} s without traffic`, control);
  watch.enter('noop');
  try {
    await control.ask('NOOP');
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DeepFailure && error.code !== 'overloaded') throw error;
    throw idleReset(`lost at the first command after ${idleSeconds()} s without traffic`, control);
  }
};

const ends = ['end', 'error', 'close'] as const;

const idleReset = (how: string, { lastHeard }: Control): DeepFailure =>
  new DeepFailure(
    'CRITICAL',
    'idle-reset',
    `idle control connection ${how}${lastHeard.startsWith('421') ? `: ${lastHeard}` : ''}`,
    'Long transfers will lose their control connection too: raise the idle timeout of the load balancer, of firewalls on the way and of the server, or let clients use TCP keepalive.',
  );
