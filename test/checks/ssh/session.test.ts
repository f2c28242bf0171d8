import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Session } from '../../../checks/ssh/session.ts';
import { closedFault, type SshFault } from '../../../checks/ssh/ssh-fault.ts';
import type { StageName } from '../../../checks/ssh/stage-name.ts';
import { Stopwatch } from '../../../src/checker/stopwatch.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';

/** A session over a stream that the test writes to, with a client that says only what the test lets it emit. */
const open = () => {
  const client = Object.assign(new EventEmitter(), { connect: () => {} });
  const socket = new PassThrough();
  const abort = new AbortController();
  const stages = new Stopwatch<StageName>(new ManualClock(), 'connect');
  stages.enter('greeting');
  const options = { user: 'probe', hostKey: ['any'], maxBytes: 1 };
  const parts = { client, socket, options, credentials: {}, stages, signal: abort.signal };
  return { client, socket, abort, stages, session: new Session(parts as never) };
};

const verdictOf = (running: Promise<unknown>) =>
  running.then(
    () => undefined,
    (fault: SshFault) => fault.verdict,
  );

describe('a session', () => {
  it('ends when the server sends without end, and takes no more', async () => {
    const { socket, session } = open();
    const login = verdictOf(session.logIn());
    socket.write('SSH-2.0-barn\r\n');
    socket.write(Buffer.alloc(1024 * 1024 + 2));
    expect(await login).toMatchObject({ code: 'protocol', summary: 'the server sends without end (kex)' });
    expect(socket.destroyed).toBe(true);
  });

  it('ends with the first fault, and ignores all later ones', async () => {
    const { client, session } = open();
    const login = verdictOf(session.logIn());
    client.emit('error', Object.assign(new Error('first'), { level: 'protocol' }));
    client.emit('error', new Error('second'));
    client.emit('close');
    expect(await login).toMatchObject({ summary: 'first (greeting)' });
    client.emit('error', new Error('late'));
  });

  it('ends with the reason of its signal', async () => {
    const { abort, session } = open();
    abort.abort('enough');
    await expect(session.logIn()).rejects.toBe('enough');
  });

  it('takes a call that ssh2 refuses for the end of the connection', async () => {
    const { session } = open();
    const refuse = () => {
      throw new Error('Not connected');
    };
    const outcome = verdictOf(session.until(refuse, () => closedFault('auth')));
    expect(await outcome).toMatchObject({ code: 'reset', summary: 'the server closed the connection (greeting)' });
  });
});
