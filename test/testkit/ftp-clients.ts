import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Client } from 'basic-ftp';
import { createFtpServer, type FtpServer, type FtpServerOptions } from '../../src/testkit/index.ts';
import { RawClient } from './raw-client.ts';

export const users = { probe: 's3cret' };
export const files = { 'sentinel.txt': 'OK\n', '/pub/big.bin': new Uint8Array(200_000).fill(7), '/pub/empty': '' };

/** A client that has logged in, on a server of its own. */
export const logIn = async (options: FtpServerOptions = { users, files }) => {
  const server = await createFtpServer(options);
  const client = new Client(5_000);
  await client.access({ host: server.host, port: server.port, user: 'probe', password: 's3cret' });
  return {
    server,
    client,
    fetch: async (path: string) => {
      const sink = new PassThrough();
      const [content] = await Promise.all([buffer(sink), client.downloadTo(sink, path).finally(() => sink.end())]);
      return content;
    },
    async [Symbol.asyncDispose]() {
      client.close();
      await server.close();
    },
  };
};

/** A plain client that has logged in. */
export const logInByHand = async (server: FtpServer) => {
  const client = new RawClient(server);
  client.send('USER probe\r\nPASS s3cret');
  await client.says(/^230 /m);
  return client;
};

/** A plain client's data connection, to where the last 227 or 229 pointed. */
export const openData = (client: RawClient, host = '127.0.0.1') => {
  const [, port, high, low] = /\|\|\|(\d+)\||\(\d+,\d+,\d+,\d+,(\d+),(\d+)\)/.exec(client.said) ?? [];
  return new RawClient({ host, port: port ? Number(port) : Number(high) * 256 + Number(low) });
};

export const logInTo = async (server: FtpServer): Promise<void> => {
  const client = new Client(5_000);
  try {
    await client.access({ host: server.host, port: server.port, user: 'probe', password: 's3cret' });
  } finally {
    client.close();
  }
};
