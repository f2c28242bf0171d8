import { stat, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { BackendStatus, GuardianStatus } from '../../src/guardian/guardian-status.ts';
import { answer } from '../../src/status/api.ts';
import { askStatus } from '../../src/status/status-client.ts';
import { serveStatus } from '../../src/status/status-server.ts';
import { statusTable } from '../../src/status/status-table.ts';
import { itInFolder as it, temporaryFolder } from '../temporary-folder.ts';

const backend = (parts: Partial<BackendStatus>): BackendStatus => ({
  id: 'b1',
  host: '10.2.0.11',
  port: 21,
  health: 'up',
  count: 0,
  needed: 0,
  since: '2026-01-01T00:00:00.000Z',
  desired: 'up',
  admin: null,
  held: false,
  last: { status: 'OK', code: 'ok', summary: 'fine', remedy: null, at: '2026-01-01T00:00:00.000Z', durationMs: 2 },
  deliveries: [{ hook: 'exec', outcome: 'delivered', attempts: 0, error: null, shows: null }],
  ...parts,
});

const status: GuardianStatus = {
  version: '0.1.0',
  startedAt: '2026-01-01T00:00:00.000Z',
  ready: true,
  schedule: {
    tasks: 1,
    running: 0,
    waiting: 0,
    started: 1,
    missed: 0,
    latenessMs: 0,
    lateness: { count: 1, sumMs: 0, p50Ms: 0, p99Ms: 0, maxMs: 0, buckets: [] },
  },
  strays: 0,
  isolated: null,
  dryRun: false,
  journalFault: null,
  farms: [
    {
      id: 'ftp',
      vip: '10.1.0.100:21',
      type: 'ftp',
      guard: { minUp: 0, whenAllFail: 'down', inRotation: 5, held: ['b3'] },
      hooks: [],
      backends: [
        backend({}),
        backend({
          id: 'b2',
          host: '2001:db8::1',
          health: 'falling',
          count: 2,
          needed: 3,
          last: {
            status: 'CRITICAL',
            code: 'auth-failed',
            summary: 'login\r\nrefused',
            remedy: 'x',
            at: '',
            durationMs: 2,
          },
        }),
        backend({ id: 'b3', health: 'down', desired: 'up', held: true }),
        backend({
          id: 'b4',
          health: 'down',
          desired: 'down',
          deliveries: [{ hook: 'exec', outcome: 'failing', attempts: 4, error: 'exit 4: busy', shows: null }],
        }),
        backend({
          id: 'b6',
          deliveries: [{ hook: 'haproxy', outcome: 'left-alone', attempts: 0, error: null, shows: 'MAINT' }],
        }),
        backend({
          id: 'b7',
          deliveries: [{ hook: 'nftlb', outcome: 'delivered', attempts: 0, error: 'refused', shows: 'up' }],
        }),
        backend({ id: 'b5', health: 'starting', since: null, desired: null, last: null, deliveries: [] }),
      ],
    },
  ],
};

it('shows people a backend a line', () => {
  expect(statusTable(status, Date.UTC(2026, 0, 1, 2, 30))).toEqual([
    'BACKEND  ADDRESS           HEALTH       FOR  DESIRED    HOOKS                        LAST RESULT',
    'ftp/b1   10.2.0.11:21      up           2h   up         ok                           OK fine',
    'ftp/b2   [2001:db8::1]:21  falling 2/3  2h   up         ok                           CRITICAL [auth-failed] login refused',
    'ftp/b3   10.2.0.11:21      down         2h   up (held)  ok                           OK fine',
    'ftp/b4   10.2.0.11:21      down         2h   down       exec failing (exit 4: busy)  OK fine',
    'ftp/b6   10.2.0.11:21      up           2h   up         haproxy left-alone (MAINT)   OK fine',
    'ftp/b7   10.2.0.11:21      up           2h   up         nftlb delivered (refused)    OK fine',
    'ftp/b5   10.2.0.11:21      starting     -    -          -                            none yet',
  ]);
});

it('says below the table that the journal is not written', () => {
  expect(statusTable({ ...status, journalFault: 'ENOSPC' }, 0).at(-1)).toBe('journal is not written: ENOSPC');
});

it.each([
  ['GET', '/api/v1/farms', 200, status],
  ['GET', '/api/v1/farms/', 200, status],
  ['GET', '/api/v1/farms/ftp', 200, status.farms[0]],
  ['GET', '/api/v1/farms/ftp/backends/b1', 200, status.farms[0]?.backends[0]],
  ['GET', '/api/v1/farms/nope', 404, { error: 'no farm nope' }],
  ['GET', '/api/v1/farms/ftp/backends/b9', 404, { error: 'no backend ftp/b9' }],
  ['GET', '/api/v1/farms/ftp/backends', 404, { error: 'no such page' }],
  ['GET', '/backends/ftp/b1', 200, { desired: 'up', health: 'up' }],
  ['GET', '/backends/ftp/b3', 200, { desired: 'up', health: 'down' }],
  ['GET', '/backends/ftp/b4', 503, { desired: 'down', health: 'down' }],
  ['GET', '/backends/ftp/b5', 503, { desired: null, health: 'starting' }],
  ['GET', '/backends/ftp/b9', 404, { error: 'no backend ftp/b9' }],
  ['GET', '/readyz', 200, { ready: true }],
  ['GET', '/', 404, { error: 'no such page' }],
  ['GET', '/%E0%A4%A', 400, { error: 'malformed URL' }],
  ['POST', '/api/v1/farms', 405, { error: 'only GET: this API is read-only' }],
])('answers %s %s with %d', (method, url, code, body) => {
  expect(answer(method, url, () => status)).toEqual({ code, body });
});

it('is not ready before the guardian is there, nor before its first round', () => {
  expect(answer('GET', '/readyz', () => undefined)).toMatchObject({ code: 503 });
  expect(answer('GET', '/readyz', () => ({ ...status, ready: false }))).toMatchObject({ code: 503 });
});

it('serves a unix socket for its owner alone, and takes it away at the end', async ({ folder }) => {
  const socket = join(folder, 'guardian.sock');
  {
    await using _served = await serveStatus({ socket }, () => status);
    expect((await stat(socket)).mode & 0o777).toBe(0o600);
    expect(await askStatus(socket)).toEqual(status);
  }
  await expect(askStatus(socket)).rejects.toThrow(
    `no guardian answers at ${socket}: is farm-guardian running, and with this socket?`,
  );
});

it('takes over the socket of a guardian that was killed, not that of one that lives', async ({ folder }) => {
  const socket = join(folder, 'guardian.sock');
  await leaveStaleSocket(socket);
  await using _first = await serveStatus({ socket }, () => status);
  await expect(serveStatus({ socket }, () => status)).rejects.toThrow(
    `${socket} is in use: is another guardian running?`,
  );
});

/** A unix socket whose server is gone without having removed it. */
const leaveStaleSocket = async (socket: string): Promise<void> => {
  const { execFileSync } = await import('node:child_process');
  const listenAndDie = `require('node:net').createServer().listen(${JSON.stringify(socket)}, () => process.kill(process.pid, 'SIGKILL'))`;
  expect(() => execFileSync(process.execPath, ['-e', listenAndDie])).toThrow();
};

it('says in one line why a place cannot be served', async ({ folder }) => {
  await writeFile(join(folder, 'file'), 'precious');
  await expect(serveStatus({ socket: join(folder, 'file') }, () => status)).rejects.toThrow(
    'is in the way: it is not a socket',
  );
  await expect(serveStatus({ socket: join(folder, 'no/such') }, () => status)).rejects.toThrow(
    `there is no folder ${folder}/no. Make it`,
  );
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  await expect(serveStatus({ host: '127.0.0.1', port }, () => status)).rejects.toThrow(`127.0.0.1:${port} is in use`);
  taken.close();
});

it('answers over TCP in JSON', async () => {
  await using taken = await freePort();
  const { port } = taken;
  await taken.free();
  await using _served = await serveStatus({ host: '127.0.0.1', port }, () => status);
  const { code, type, body } = await new Promise<{ code?: number; type?: string; body: string }>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/readyz' }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({ code: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body }),
      );
    }).on('error', reject);
  });
  expect({ code, type, body: JSON.parse(body) }).toEqual({
    code: 200,
    type: 'application/json; charset=utf-8',
    body: { ready: true },
  });
});

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const free = () => new Promise<void>((resolve) => void server.close(() => resolve()));
  return { port, free, [Symbol.asyncDispose]: free };
};

it.each([
  ['garbage', 'hello\n'],
  ['half an answer', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"farms'],
  ['an answer that is no JSON', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n<>'],
  ['an error', 'HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n'],
])('is told in one line that something else answers: %s', async (_name, bytes) => {
  await using folder = await temporaryFolder();
  const path = folder.at('other.sock');
  const server = createServer((socket) => socket.on('error', () => {}).end(bytes)).listen(path);
  await new Promise((resolve) => server.once('listening', resolve));
  const error = await askStatus(path).catch((e: Error) => e);
  expect(error).toMatchObject({ name: 'UnreachableError' });
  expect((error as Error).message).toMatch(new RegExp(`^no guardian answers at ${path}: [^\n]+$`));
  server.close();
});
