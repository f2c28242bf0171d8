import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';

const json = 'application/json; charset=utf-8';

/** How long a reader may take for one slice before it is given up. */
const patienceMs = 30_000;

/** Sends an answer; one in slices as fast as its reader takes them. */
export const respond = async (
  response: ServerResponse,
  { code, body, type = json, headers = {} }: Answer,
  headOnly: boolean,
): Promise<void> => {
  response.on('error', () => {});
  response.setTimeout(patienceMs, () => response.destroy());
  response.writeHead(code, { 'content-type': type, 'cache-control': 'no-store', ...headers });
  if (headOnly) response.end();
  else if (isSliced(body)) await sendSlices(response, body);
  else response.end(type === json ? `${JSON.stringify(body, null, 2)}\n` : String(body));
};

const isSliced = (body: unknown): body is AsyncIterable<string> =>
  typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

const sendSlices = async (response: ServerResponse, slices: AsyncIterable<string>): Promise<void> => {
  for await (const slice of slices) {
    if (response.destroyed) return;
    if (!response.write(slice)) await drained(response);
  }
  response.end();
};

/** Resolves once there is room again, or nobody to wait for. */
const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      response.off('drain', end);
      response.off('close', end);
      resolve();
    };
    response.on('drain', end);
    response.on('close', end);
  });
