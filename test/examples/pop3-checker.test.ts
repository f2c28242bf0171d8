import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createGuardian, runCheck, systemClock } from 'farm-guardian';
import { expect, it } from 'vitest';
import { pop3 } from '../../examples/pop3-checker.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A server that says something to everybody, and what it says can be changed. */
const openServer = async (greeting: string) => {
  const words = { greeting };
  const server = createServer((socket) => socket.on('error', () => {}).end(words.greeting)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()));
  return { words, port, close, [Symbol.asyncDispose]: close };
};

const check = (port: number, options = {}) =>
  runCheck({ checker: pop3, target: { host: '127.0.0.1', port }, options }, { timeoutMs: 2_000, clock: systemClock });

it('is a checker in less than thirty lines', async () => {
  const text = await readFile(join(import.meta.dirname, '../../examples/pop3-checker.ts'), 'utf8');
  expect(text.trim().split('\n').length).toBeLessThan(30);
});

it.each([
  ['+OK POP3 ready\r\n', {}, { status: 'OK', code: 'ok' }],
  ['+OK mail.example.com\r\n', { greeting: 'example' }, { status: 'OK', code: 'ok' }],
  ['+OK something else\r\n', {}, { status: 'CRITICAL', code: 'banner-mismatch' }],
  ['-ERR POP3 is closed\r\n', {}, { status: 'CRITICAL', code: 'banner-mismatch' }],
])('judges %j under %j', async (greeting, options, verdict) => {
  await using server = await openServer(greeting);
  expect(await check(server.port, options)).toMatchObject(verdict);
});

it('calls a refused connection by its name', async () => {
  const server = await openServer('');
  await server.close();
  expect(await check(server.port)).toMatchObject({ status: 'CRITICAL', code: 'refused' });
});

it('watches a farm of its own', async () => {
  await using server = await openServer('+OK POP3 ready\r\n');
  await using folder = await temporaryFolder();
  const config = {
    stateDir: folder.at('state'),
    defaults: { interval: '50ms', fastInterval: '20ms', rise: 1, fall: 2 },
    farms: { mail: { check: { type: 'pop3' }, backends: { m1: `127.0.0.1:${server.port}` } } },
  };
  await using guardian = await createGuardian(config, { checkers: [pop3] });
  const turned = async () => (await once(guardian.events, 'turned'))[0].to;
  expect(await turned()).toBe('up');
  server.words.greeting = '-ERR out of order\r\n';
  expect(await turned()).toBe('down');
});
