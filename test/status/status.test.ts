import { stat, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { GuardianStatus } from '../../src/guardian/guardian-status.ts';
import { parseUrl } from '../../src/status/answer.ts';
import { apiPages } from '../../src/status/api.ts';
import { askStatus } from '../../src/status/status-client.ts';
import { readOnlyPages, serveStatus } from '../../src/status/status-server.ts';
import { statusTable } from '../../src/status/status-table.ts';
import { itInFolder as it, temporaryFolder } from '../temporary-folder.ts';
import { showing, status } from './a-status.ts';
import { asked } from './asked.ts';

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
])('answers %s %s with %d', async (_method, url, code, body) => {
  expect(await ask(url)).toEqual({ code, body });
});

const ask = (url: string, now = status) => apiPages(() => showing(now))(asked(url));

it.each([status, { ...status, farms: [...status.farms, ...status.farms] }, { ...status, farms: [] }])(
  'gives the whole status as one JSON text, a farm at a time',
  async (now) => {
    const { code, body } = (await ask('/api/v1/farms/', now)) ?? {};
    const slices: string[] = [];
    for await (const slice of body as AsyncIterable<string>) slices.push(slice);
    expect(code).toBe(200);
    expect(slices).toHaveLength(now.farms.length + 2);
    expect(JSON.parse(slices.join(''))).toEqual(now);
    if (now.farms.length > 0)
      expect(slices.join('')).toBe(`${JSON.stringify({ ...rest(now), farms: now.farms }, null, 2)}\n`);
  },
);

/** What comes before the farms. */
const rest = ({ farms: _, ...summary }: GuardianStatus) => summary;

it('knows no page besides, and no malformed URL', async () => {
  expect(await ask('/')).toBeUndefined();
  expect(parseUrl('/%E0%A4%A')).toBeUndefined();
});

it.each([
  ['GET', '/%E0%A4%A', 400, 'malformed URL'],
  ['GET', '/', 404, 'no such page'],
  ['HEAD', '/readyz', 200, ''],
  ['POST', '/api/v1/farms', 405, 'only GET: this API is read-only'],
  ['DELETE', '/nowhere', 405, 'only GET: this API is read-only'],
])('serves %s %s with %d', async (method, path, code, says) => {
  await using folder = await temporaryFolder();
  const socketPath = folder.at('guardian.sock');
  await using _served = await serveStatus(
    { socket: socketPath },
    readOnlyPages,
    apiPages(() => showing(status)),
  );
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ socketPath, method, path }, resolve).on('error', reject).end();
  });
  let body = '';
  for await (const chunk of response) body += chunk;
  expect({ code: response.statusCode, body }).toEqual({ code, body: expect.stringContaining(says) });
});

it('is not ready before the guardian is there, nor before its first round', async () => {
  expect(await apiPages(() => undefined)(asked('/readyz'))).toMatchObject({ code: 503 });
  expect(await ask('/readyz', { ...status, ready: false })).toMatchObject({ code: 503 });
});

it('serves a unix socket for its owner alone, and takes it away at the end', async ({ folder }) => {
  const socket = join(folder, 'guardian.sock');
  {
    await using _served = await serveStatus(
      { socket },
      apiPages(() => showing(status)),
    );
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
  await using _first = await serveStatus(
    { socket },
    apiPages(() => showing(status)),
  );
  await expect(
    serveStatus(
      { socket },
      apiPages(() => showing(status)),
    ),
  ).rejects.toThrow(`${socket} is in use: is another guardian running?`);
});

/** A unix socket whose server is gone without having removed it. */
const leaveStaleSocket = async (socket: string): Promise<void> => {
  const { execFileSync } = await import('node:child_process');
  const listenAndDie = `require('node:net').createServer().listen(${JSON.stringify(socket)}, () => process.kill(process.pid, 'SIGKILL'))`;
  expect(() => execFileSync(process.execPath, ['-e', listenAndDie])).toThrow();
};

it('says in one line why a place cannot be served', async ({ folder }) => {
  await writeFile(join(folder, 'file'), 'precious');
  await expect(
    serveStatus(
      { socket: join(folder, 'file') },
      apiPages(() => showing(status)),
    ),
  ).rejects.toThrow('is in the way: it is not a socket');
  await expect(
    serveStatus(
      { socket: join(folder, 'no/such') },
      apiPages(() => showing(status)),
    ),
  ).rejects.toThrow(`there is no folder ${folder}/no. Make it`);
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  await expect(
    serveStatus(
      { host: '127.0.0.1', port },
      apiPages(() => showing(status)),
    ),
  ).rejects.toThrow(`127.0.0.1:${port} is in use`);
  taken.close();
});

it('answers over TCP in JSON', async () => {
  await using taken = await freePort();
  const { port } = taken;
  await taken.free();
  await using _served = await serveStatus(
    { host: '127.0.0.1', port },
    apiPages(() => showing(status)),
  );
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

it('says in the table that a backend flaps, and that it waits for an operator', () => {
  const [farm] = status.farms;
  const [backend] = farm?.backends ?? [];
  if (!farm || !backend) throw new Error('no backend');
  const backends = [
    { ...backend, flapping: true, flapScore: 34 },
    { ...backend, health: 'rising', count: 2, needed: 2, waitsForReady: true } as const,
  ];
  const rows = statusTable({ ...status, farms: [{ ...farm, backends }] }, Date.UTC(2026, 0, 1));
  expect(rows[1]).toContain(' up flapping ');
  expect(rows[2]).toContain(' rising 2/2, waits for ready ');
});
