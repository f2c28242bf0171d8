import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { expectCall } from '../../../checks/ftp/call.ts';

it('a call that this machine cannot take is its own fault', async () => {
  const server = createServer();
  const call = expectCall(server, '127.0.0.1', {}, { signal: new AbortController().signal, note: () => {} });
  server.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE', syscall: 'accept' }));
  await expect(call.connection).rejects.toMatchObject({
    status: 'UNKNOWN',
    code: 'local-fault',
    message: 'cannot accept the data connection: Too many open files',
  });
});
