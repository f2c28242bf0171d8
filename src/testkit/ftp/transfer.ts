import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { DripStream } from '../drip-stream.ts';
import type { FtpSession } from './ftp-session.ts';

/** Sends bytes over the data connection that was agreed on, as the active faults want it, and says how it went. */
export const transfer = async (session: FtpSession, bytes: Uint8Array): Promise<void> => {
  const { faults, clock } = session.site;
  const connection = await session.data.take();
  if (!connection) return session.reply(425, 'Failed to establish connection.');
  session.reply(150, `Opening data connection (${bytes.length} bytes).`);
  connection.resume();
  if (faults.has('data-silence')) {
    if (!connection.closed) await once(connection, 'close');
    return session.reply(426, 'Failure writing network stream.');
  }
  const sent = await sendAll(faults.has('drip') ? new DripStream(connection, clock) : connection, bytes);
  if (!sent) session.reply(426, 'Failure writing network stream.');
  else if (!faults.has('no-completion')) session.reply(226, 'Transfer complete.');
};

/** Whether everything was handed to the system before the client cut the connection. */
const sendAll = (connection: Duplex, bytes: Uint8Array): Promise<boolean> =>
  new Promise((resolve) => {
    connection.once('finish', () => resolve(true));
    connection.once('close', () => resolve(false));
    connection.end(bytes);
  });
