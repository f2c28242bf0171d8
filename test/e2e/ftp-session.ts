import { Client } from 'basic-ftp';
import { eventually } from './eventually.ts';
import type { FtpProgram } from './ftp-programs.ts';
import { probe } from './ftp-setup.ts';
import type { RealServer } from './real-server.ts';

/** Logs in, and stays until it is disposed. */
export const openSession = ({ hasAccounts }: FtpProgram, { host, port }: RealServer): Promise<AsyncDisposable> =>
  // A server that is nearly full may still count the connection that asked whether it answers.
  eventually(
    async () => {
      const client = new Client();
      try {
        await client.access({ host, port, ...(hasAccounts && { user: probe.user, password: probe.password }) });
        return { [Symbol.asyncDispose]: async () => client.close() };
      } catch (error) {
        client.close();
        throw error;
      }
    },
    { what: 'a session' },
  );
