import type { Server, Socket } from 'node:net';
import { classifyNetworkError } from '../../src/checker/index.ts';
import { isSameAddress, plainAddress } from './address.ts';
import type { DataChannel } from './data-channel.ts';
import { DeepFailure } from './deep-failure.ts';
import type { FtpOptions } from './options.ts';

/** A call that a listener waits for; see {@link DataChannel}. */
export interface Call extends Pick<DataChannel, 'connection' | 'facts' | 'stranger'> {
  /** Closes the listener, and the connection. */
  end(): Promise<void>;
}

/** How many wrong callers are remembered. */
const mostStrangers = 5;

/**
 * Waits for the first call from the right source, `peer` unless `activeSource` says otherwise, and closes the listener
 * then. Calls from elsewhere are closed and remembered. From a port that is not `activeSourcePort` it is a failure.
 *
 * @param note is told of every call
 */
export const expectCall = (
  server: Server,
  peer: string,
  { activeSource = 'control', activeSourcePort }: FtpOptions,
  { signal, note }: { readonly signal: AbortSignal; readonly note: (event: string) => void },
): Call => {
  const source = plainAddress(activeSource === 'control' ? peer : activeSource);
  const strangers: string[] = [];
  let caller: Socket | undefined;
  let facts: DataChannel['facts'] = {};
  const connection = new Promise<Socket>((resolve, reject) => {
    server.on('error', (error) => reject(notAccepted(error)));
    server.on('connection', (socket) => {
      socket.on('error', () => {});
      const { remoteAddress = 'nowhere', remotePort = 0 } = socket;
      const from = `${plainAddress(remoteAddress)} port ${remotePort}`;
      if (caller) return void socket.destroy();
      if (!isSameAddress(remoteAddress, source)) {
        if (strangers.length < mostStrangers) strangers.push(from);
        note(`data connection from ${from} closed: it is not the one from ${source}`);
        return void socket.destroy();
      }
      note(`data connection from ${from}`);
      caller = socket;
      server.close();
      facts = { activePeer: plainAddress(remoteAddress), activePort: remotePort };
      if (activeSourcePort === undefined || remotePort === activeSourcePort) resolve(socket);
      else reject(wrongPort(remotePort, activeSourcePort));
    });
  });
  // Nobody may be waiting for it yet.
  connection.catch(() => {});
  return {
    connection,
    get facts() {
      return { ...facts, ...(strangers.length > 0 && { activeStrangers: strangers }) };
    },
    get stranger() {
      if (caller || strangers.length === 0) return undefined;
      return new DeepFailure(
        'CRITICAL',
        'active-source',
        `data connection came from ${strangers.join(', ')}, not from ${source}`,
        'The server must connect back from the address that its clients talk to: translate its source address (SNAT).',
        signal.aborted ? { cause: signal.reason } : {},
      );
    },
    async end() {
      server.close();
      caller?.destroy();
    },
  };
};

/** A call that came, and that this machine cannot take: it is out of files, or of memory. */
const notAccepted = (error: unknown): DeepFailure => {
  const { text, remedy } = classifyNetworkError(error);
  return new DeepFailure('UNKNOWN', 'local-fault', `cannot accept the data connection: ${text}`, remedy);
};

const wrongPort = (port: number | undefined, wanted: number): DeepFailure =>
  new DeepFailure(
    'CRITICAL',
    'active-source-port',
    `data connection came from port ${port}, not ${wanted}`,
    'The server must connect from this port: it may need a privilege for it (vsftpd connect_from_port_20), or is behind a NAT that changes ports.',
  );
