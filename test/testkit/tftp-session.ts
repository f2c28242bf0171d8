import { createTftpServer, type TftpServerOptions } from '../../src/testkit/index.ts';
import { TftpProbe } from './tftp-probe.ts';

/** What the server gives out. */
export const files = {
  'sentinel.txt': 'OK\n',
  'pub/big.bin': new Uint8Array(5_000).map((_, index) => index % 251),
  empty: '',
  'one-block': new Uint8Array(512).fill(7),
};

/** A server with a client before it. */
export const start = async (options: TftpServerOptions = { files }) => {
  const server = await createTftpServer(options);
  const probe = await TftpProbe.to(server);
  return {
    server,
    probe,
    async [Symbol.asyncDispose]() {
      await probe[Symbol.asyncDispose]();
      await server.close();
    },
  };
};
