import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { type AccessOptions, Client } from 'basic-ftp';
import { createFtpServer, type FtpServer, type FtpServerOptions } from '../../src/testkit/index.ts';
import { RawClient } from './raw-client.ts';

export const users = { probe: 's3cret' };
export const files = { 'sentinel.txt': 'OK\n', '/pub/big.bin': new Uint8Array(200_000).fill(7), '/pub/empty': '' };

/** A client that has logged in, on a server of its own. */
export const logIn = async (options: FtpServerOptions = { users, files }, access: AccessOptions = {}) => {
  const server = await createFtpServer(options);
  const client = new Client(5_000);
  await client.access({ host: server.host, port: server.port, user: 'probe', password: 's3cret', ...access });
  return {
    server,
    client,
    store: (path: string, content: string) => client.uploadFrom(Readable.from([content]), path),
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
export const openData = (client: RawClient, host = '127.0.0.1') => new RawClient({ host, port: dataPort(client) });

/** The port that the last 227 or 229 gave. */
const dataPort = ({ said }: RawClient): number => {
  const [, port, high, low] = [...said.matchAll(/\|\|\|(\d+)\||\(\d+,\d+,\d+,\d+,(\d+),(\d+)\)/g)].at(-1) ?? [];
  return port ? Number(port) : Number(high) * 256 + Number(low);
};

/** Takes a plain client's connection over into TLS, whatever the certificate. */
export const secure = async (client: RawClient): Promise<RawClient> => {
  client.socket.removeAllListeners('data').removeAllListeners('error');
  // Node 24.17 resumes a session only for the host that it was made with.
  const socket = connect({ socket: client.socket, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  return new RawClient(socket);
};

/** A plain client that has logged in over explicit TLS, with protected data connections. */
export const logInSecurely = async (server: FtpServer): Promise<RawClient> => {
  const client = new RawClient(server);
  client.send('AUTH TLS');
  await client.says(/^234 .*\r\n/m);
  const secured = await secure(client);
  secured.send('USER probe\r\nPASS s3cret\r\nPBSZ 0\r\nPROT P');
  await secured.says(/^[25]\d\d .*PBSZ[\s\S]*^[25]\d\d .*\r\n/m);
  return secured;
};

/** One download over TLS: what came, the last reply, whether the session was resumed, and the certificate. */
export const downloadSecurely = async (client: RawClient, session?: Buffer) => {
  client.said = '';
  client.send('EPSV');
  await client.says(/^229 .*\r\n/m);
  client.send('RETR sentinel.txt');
  const socket = connect({
    host: '127.0.0.1',
    port: dataPort(client),
    rejectUnauthorized: false,
    ...(session && { session }),
  });
  using data = new RawClient(socket);
  const shaken = once(socket, 'secureConnect').then(() => ({
    reused: socket.isSessionReused(),
    certificate: socket.getPeerCertificate(),
  }));
  const [seen] = await Promise.all([shaken, data.ended, client.says(/^[245]\d\d .*\r\n$/m)]);
  return { ...seen, said: data.said, reply: client.said.trim().split('\r\n').at(-1) };
};

export const logInTo = async (server: FtpServer): Promise<void> => {
  const client = new Client(5_000);
  try {
    await client.access({ host: server.host, port: server.port, user: 'probe', password: 's3cret' });
  } finally {
    client.close();
  }
};
