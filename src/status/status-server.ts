import { chmod, lstat, unlink } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type ListenOptions } from 'node:net';
import { dirname } from 'node:path';
import { type Answer, notFound, type Pages, parseUrl } from './answer.ts';
import { respond } from './respond.ts';

/** Thrown when the status cannot be served; the message says where, why, and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** Where the status is served: a unix socket, or a TCP address. */
export type Place = { readonly socket: string } | { readonly host: string; readonly port: number };

/**
 * Serves pages over HTTP at a place; the first that answers is taken.
 *
 * @throws ListenError when the place is taken or may not be used
 */
export const serveStatus = async (place: Place, ...pages: readonly Pages[]): Promise<AsyncDisposable> => {
  const server = createServer((request, response) => void serve(request, response, pages));
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

const serve = async (request: IncomingMessage, response: ServerResponse, pages: readonly Pages[]): Promise<void> => {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const answer = await findAnswer(request, pages, gone.signal).catch((error: Error) => ({
    code: 500,
    body: { error: `internal error: ${error.message}` },
  }));
  // What fails once it is under way can only be cut off.
  await respond(response, answer, request.method === 'HEAD').catch(() => response.destroy());
};

const findAnswer = async (request: IncomingMessage, pages: readonly Pages[], signal: AbortSignal): Promise<Answer> => {
  const { method = 'GET', url = '/' } = request;
  const parts = parseUrl(url);
  if (!parts) return { code: 400, body: { error: 'malformed URL' } };
  const asked = { method: method === 'HEAD' ? 'GET' : method, ...parts, body: () => readBody(request), signal };
  for (const page of pages) {
    const answer = await page(asked);
    if (answer) return answer;
  }
  return notFound('such page');
};

const longestBody = 64 * 1024;

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > longestBody) throw new SyntaxError('it is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

/** Refuses what would change something: for places where everybody may ask. */
export const readOnlyPages: Pages = ({ method }) =>
  method === 'GET'
    ? undefined
    : { code: 405, headers: { allow: 'GET, HEAD' }, body: { error: 'only GET: this API is read-only' } };

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
