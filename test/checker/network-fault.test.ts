import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { connectTcp } from '../../src/checker/connect.ts';
import { classifyNetworkError } from '../../src/checker/network-fault.ts';

it.each([
  ['ECONNREFUSED', 'CRITICAL', 'refused', 'Connection refused'],
  ['ECONNRESET', 'CRITICAL', 'reset', 'Connection reset by peer'],
  ['ETIMEDOUT', 'CRITICAL', 'connect-timeout', 'Connection timed out'],
  ['EHOSTUNREACH', 'CRITICAL', 'unreachable', 'No route to host'],
  ['ENETUNREACH', 'UNKNOWN', 'local-fault', 'Network is unreachable'],
  ['EADDRNOTAVAIL', 'UNKNOWN', 'local-fault', 'Cannot assign requested address'],
  ['EMFILE', 'UNKNOWN', 'local-fault', 'Too many open files'],
  ['ENOTFOUND', 'UNKNOWN', 'dns', 'Name or service not known'],
  ['EAI_AGAIN', 'UNKNOWN', 'dns', 'Name or service not known'],
])('judges %s as %s %s', (code, status, reason, text) => {
  const fault = classifyNetworkError(Object.assign(new Error('x'), { code }));
  expect(fault).toMatchObject({ status, code: reason, text });
  expect(fault.remedy).toMatch(/^[A-Z].*[.?]$/);
});

it('does not blame the server for what it does not know', () => {
  expect(classifyNetworkError(new Error('surprise'))).toMatchObject({
    status: 'UNKNOWN',
    code: 'local-fault',
    text: 'surprise',
  });
});

const never = new AbortController().signal;

it('judges a real refusal, and a name that does not resolve', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const refused = await connectTcp({ host: '127.0.0.1', port }, { signal: never }).catch(classifyNetworkError);
  expect(refused).toMatchObject({ code: 'refused' });
  const nameless = await connectTcp({ host: '', port: 1 }, { signal: never }).catch(classifyNetworkError);
  expect(nameless).toMatchObject({ code: 'dns' });
  const family = await connectTcp({ host: '::1', port: 1, family: 4 }, { signal: never }).catch(classifyNetworkError);
  expect(family).toMatchObject({ code: 'dns' });
});

it('destroys the socket when the run is aborted, before and after it is connected', async () => {
  await using server = await listening();
  const stop = new AbortController();
  const socket = await connectTcp({ host: '127.0.0.1', port: server.port }, { signal: stop.signal });
  stop.abort(new Error('time is up'));
  expect(socket.destroyed).toBe(true);
  const late = connectTcp({ host: '127.0.0.1', port: server.port }, { signal: stop.signal });
  await expect(late).rejects.toThrow('time is up');
});

const listening = async () => {
  const server = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  return { port, [Symbol.asyncDispose]: async () => void server.close() };
};
