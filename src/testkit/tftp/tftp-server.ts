import type { RemoteInfo } from 'node:dgram';
import type { Clock } from '../../clock/clock.ts';
import { systemClock } from '../../clock/system-clock.ts';
import { Dialogue } from '../dialogue.ts';
import type { TestFiles } from '../files.ts';
import { SwitchedServer } from '../switched-server.ts';
import type { TestServer, TestServerOptions } from '../test-server.ts';
import { UdpGate } from '../udp-gate.ts';
import { PackageServer } from './package-server.ts';
import { describePacket } from './packet.ts';
import { RelayedTransfer } from './relayed-transfer.ts';
import { type TftpFault, tftpFaults } from './tftp-fault.ts';

/** What a test TFTP server can be told at its start. */
export interface TftpServerOptions extends TestServerOptions {
  /** What times the drip. Default: the system's clock. */
  readonly clock?: Clock;
}

/** A test TFTP server: read-only, with the options `blksize`, `tsize` and `windowsize`. */
export interface TftpServer extends TestServer<TftpFault> {
  readonly files: TestFiles;
}

/**
 * Starts a test TFTP server.
 *
 * @throws the system's error when the address or port cannot be had
 */
export const createTftpServer = async (options: TftpServerOptions = {}): Promise<TftpServer> => {
  const { host = '127.0.0.1', port = 0, clock = systemClock } = options;
  const files: TestFiles = new Map(Object.entries(options.files ?? {}));
  const active = new Set<TftpFault>();
  const dialogue = new Dialogue();
  const transfers = new Map<number, RelayedTransfer>();

  const onOver = (clientPort: number) => transfers.get(clientPort)?.endSoon();
  const server = await PackageServer.start({ files, faults: active, onOver });
  let cuts = 0;
  const cut = () => {
    cuts++;
    server.cut();
    for (const transfer of transfers.values()) transfer.end();
  };
  const begin = async (request: Buffer, client: RemoteInfo) => {
    const cutsBefore = cuts;
    const site = { host: gate.host, serverPort: server.port, faults: new Set(active), dialogue, clock };
    const transfer = await RelayedTransfer.between(client, site);
    const { id } = transfer;
    transfers.set(id, transfer);
    transfer.onEnd = () => transfers.delete(id);
    if (cuts === cutsBefore) transfer.begin(request);
    else transfer.end();
  };
  const enter = (request: Buffer, client: RemoteInfo) => {
    dialogue.note(describePacket(request));
    // A server that is out of sockets does not answer.
    if (!active.has('silence')) begin(request, client).catch(() => {});
  };
  const release = () => server.close();
  const gate = await UdpGate.open(host, port, { enter, cut }).catch(async (error) => {
    await release();
    throw error;
  });
  return Object.assign(new SwitchedServer({ gate, dialogue, known: tftpFaults, active, release }), { files });
};
