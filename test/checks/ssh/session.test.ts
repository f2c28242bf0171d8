import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Session } from '../../../checks/ssh/session.ts';
import type { SshFault } from '../../../checks/ssh/ssh-fault.ts';
import type { StageName } from '../../../checks/ssh/stage-name.ts';
import { Stopwatch } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';

const greeting = 'SSH-2.0-barn\r\n';

/** A session over a stream that the test writes to, with a client that says only what the test lets it emit. */
const open = () => {
  const calls: string[] = [];
  const refuse = () => {
    throw new Error('Not connected');
  };
  const client = Object.assign(new EventEmitter(), {
    connect: () => socket.resume(),
    end: () => calls.push('end'),
    exec: refuse,
    subsys: refuse,
  });
  const socket = new PassThrough().pause();
  const abort = new AbortController();
  const watch = new Stopwatch<StageName>(new ManualClock(), 'connect');
  const contact = { socket, identification: { line: 'SSH-2.0-barn' }, decisive: Buffer.from(greeting) };
  const transcript = { sent() {}, heard() {}, note() {} };
  const trust = { types: [], mayBeOfAnyType: false, judge: () => 'unasked' };
  const parts = { client, contact, trust, watch, transcript, mostBytes: 1, signal: abort.signal };
  return { client, socket, abort, watch, calls, session: new Session(parts as never) };
};

const verdictOf = (running: Promise<unknown>) =>
  running.then(
    () => undefined,
    (fault: SshFault) => fault.verdict,
  );

describe('a session', () => {
  it('ends when the server sends without end, and hands over one piece too many at most', async () => {
    const { socket, session } = open();
    const exchange = verdictOf(session.exchangeKeys([]));
    let seen = 0;
    socket.on('data', (bytes: Buffer) => {
      seen += bytes.length;
    });
    const piece = 64 * 1024;
    for (let i = 0; i < 8; i++) socket.write(Buffer.alloc(piece));
    expect(await exchange).toMatchObject({ code: 'protocol', summary: 'the server sends without end (kex)' });
    expect(socket.destroyed).toBe(true);
    expect(seen).toBeLessThanOrEqual(256 * 1024 + greeting.length + piece);
  });

  it('ends with the first fault, and ignores all later ones', async () => {
    const { client, session } = open();
    const exchange = verdictOf(session.exchangeKeys([]));
    client.emit('error', Object.assign(new Error('first'), { level: 'protocol' }));
    client.emit('error', new Error('second'));
    client.emit('close');
    expect(await exchange).toMatchObject({ summary: 'first (kex)' });
    client.emit('error', new Error('late'));
  });

  it('ends with the reason of its signal', async () => {
    const { abort, session } = open();
    abort.abort('enough');
    await expect(session.exchangeKeys([])).rejects.toBe('enough');
  });

  it('ends when the server wants a new password', async () => {
    const { client, session } = open();
    const exchange = verdictOf(session.exchangeKeys([]));
    client.emit('change password');
    expect(await exchange).toMatchObject({ code: 'auth-failed', summary: 'the server wants a new password' });
  });

  it.each(['subsystem', 'command'] as const)('takes a %s that ssh2 refuses for the end of it', async (purpose) => {
    const { session } = open();
    const outcome = verdictOf(session.openChannel(purpose, 'sftp', () => {}));
    expect(await outcome).toMatchObject({ code: 'reset', summary: 'the server closed the connection (channel)' });
  });

  it('leaves with a goodbye, and nothing goes on behind it', async () => {
    const { session, calls } = open();
    session.leave();
    expect(calls).toEqual(['end']);
    expect(await verdictOf(session.alive(Promise.resolve()))).toMatchObject({ code: 'reset' });
  });
});
