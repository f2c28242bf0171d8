import { chmod, lstat, unlink } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type ListenOptions } from 'node:net';
import { dirname } from 'node:path';
import type { GuardianStatus } from '../guardian/guardian-status.ts';
import { answer } from './api.ts';

/** Thrown when the status cannot be served; the message says where, why, and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** Where the status is served: a unix socket, or a TCP address. */
export type Place = { readonly socket: string } | { readonly host: string; readonly port: number };

/**
 * Serves the read-only HTTP API (see {@link answer}) at a place.
 *
 * @throws ListenError when the place is taken or may not be used
 */
export const serveStatus = async (place: Place, status: () => GuardianStatus | undefined): Promise<AsyncDisposable> => {
  const server = createServer((request, response) => respond(request, response, status));
  if ('socket' in place) {
    await clearTheWay(place.socket);
    await listen(server, { path: place.socket }, place.socket);
    await chmod(place.socket, 0o600);
  } else await listen(server, { ...place, exclusive: true }, `${place.host}:${place.port}`);
  return {
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const respond = (
  request: IncomingMessage,
  response: ServerResponse,
  status: () => GuardianStatus | undefined,
): void => {
  const { code, body } = answer(request.method ?? '', request.url ?? '', status);
  response.writeHead(code, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : `${JSON.stringify(body, null, 2)}\n`);
};

const listen = (server: Server, options: ListenOptions, name: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', ({ code, message }: NodeJS.ErrnoException) =>
      reject(new ListenError(explain(name, code ?? message))),
    );
    server.listen(options, resolve);
  });

const explain = (name: string, code: string): string => {
  switch (code) {
    case 'EADDRINUSE':
      return `${name} is in use: is another guardian running? Choose another with listen or socket`;
    case 'EACCES':
      return `${name} may not be used: permission denied. Choose another with listen or socket`;
    default:
      return `${name} cannot be used: ${code}. Choose another with listen or socket`;
  }
};

/** Removes the socket of a guardian that was killed; one that answers, and a file that is no socket, stay. */
const clearTheWay = async (path: string): Promise<void> => {
  // libuv reports a missing folder as a missing permission.
  const folder = dirname(path);
  if (!(await exists(folder)))
    throw new ListenError(`${path}: there is no folder ${folder}. Make it, or change socket`);
  if (!(await exists(path))) return;
  if (!(await lstat(path)).isSocket())
    throw new ListenError(`${path} is in the way: it is not a socket. Choose another with socket`);
  if (await answers(path)) throw new ListenError(explain(path, 'EADDRINUSE'));
  await unlink(path);
};

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED'));
  });
