import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { inPieces } from '../drip-stream.ts';
import { flood } from '../flood.ts';
import type { FtpSession } from './ftp-session.ts';

/** Sends bytes over the data connection that was agreed on, as the active faults want it, and says how it went. */
export const send = async (session: FtpSession, bytes: Uint8Array): Promise<void> => {
  const opened = await open(session, `Opening data connection (${bytes.length} bytes).`);
  if (!opened) return;
  const { faults, clock } = session.site;
  const { connection, socket } = opened;
  connection.resume();
  if (faults.has('data-silence') || faults.has('data-endless')) {
    if (faults.has('data-endless')) flood(connection, 'x');
    await closed(connection);
    return brokenOff(session);
  }
  const broken = faults.has('data-reset') || faults.has('data-early-end');
  const part = broken ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes;
  if (faults.has('data-reset')) {
    await new Promise((written) => connection.write(part, written));
    socket.resetAndDestroy();
    return brokenOff(session);
  }
  const sent = await sendAll(inPieces(connection, faults, clock), part);
  if (!sent || broken) brokenOff(session);
  else complete(session);
};

/** Takes what comes over the data connection that was agreed on, to its end; `undefined` when that went wrong. */
export const receive = async (session: FtpSession): Promise<Buffer | undefined> => {
  const opened = await open(session, 'Ok to send data.');
  if (!opened) return undefined;
  try {
    return await buffer(opened.connection);
  } catch {
    brokenOff(session);
    return undefined;
  } finally {
    opened.connection.end();
  }
};

/** Says that a transfer is complete. */
export const complete = (session: FtpSession): void => {
  const { faults } = session.site;
  if (faults.has('wrong-226')) session.reply(200, 'Whatever.');
  else if (!faults.has('no-completion')) session.reply(226, 'Transfer complete.');
};

const brokenOff = (session: FtpSession): void => session.reply(426, 'Failure writing network stream.');

/** What a transfer goes over: the socket, or TLS on it. */
interface OpenedData {
  readonly connection: Duplex;
  readonly socket: Socket;
}

/** Says 150 and starts TLS; a transfer that cannot begin has been answered. */
const open = async (session: FtpSession, announcement: string): Promise<OpenedData | undefined> => {
  const { tls, faults } = session.site;
  if (tls?.required && !session.protectsData) {
    session.reply(522, 'Data connections must be encrypted.');
    return undefined;
  }
  const socket = await session.data.take();
  if (!socket) {
    session.reply(425, 'Failed to establish connection.');
    return undefined;
  }
  if (!faults.has('missing-150')) session.reply(150, announcement);
  if (!tls || !session.protectsData) return { connection: socket, socket };
  const connection = await tls.secureData(socket, session.data.count);
  if (connection && (connection.isSessionReused() || !tls.requireReuse)) return { connection, socket };
  socket.destroy();
  session.reply(522, connection ? 'SSL connection failed: session reuse required' : 'SSL connection failed');
  return undefined;
};

/** Resolves once a connection has ended, however that came. */
const closed = (connection: Duplex): Promise<void> =>
  new Promise((resolve) => (connection.closed ? resolve() : connection.once('close', () => resolve())));

/** Whether everything was handed to the system before the client cut the connection. */
const sendAll = (connection: Duplex, bytes: Uint8Array): Promise<boolean> =>
  new Promise((resolve) => {
    connection.once('finish', () => resolve(true));
    connection.once('close', () => resolve(false));
    connection.end(bytes);
  });
