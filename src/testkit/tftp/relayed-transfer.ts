import type { RemoteInfo, Socket } from 'node:dgram';
import type { Clock, Timer } from '../../clock/clock.ts';
import type { Dialogue } from '../dialogue.ts';
import { bindUdp } from '../udp-gate.ts';
import { describePacket, opcode, opcodeOf } from './packet.ts';
import type { TftpFault } from './tftp-fault.ts';

/** How late a dripping server's packets are, in milliseconds. */
const dripMs = 300;

/** How long a transfer that is over may still have packets on their way, in milliseconds. */
const lastPacketMs = 500;

/** What all transfers of one server share. */
export interface TransferSite {
  readonly host: string;
  /** Where the `tftp` package's server listens, on 127.0.0.1. */
  readonly serverPort: number;
  readonly faults: ReadonlySet<TftpFault>;
  readonly dialogue: Dialogue;
  readonly clock: Clock;
}

/**
 * One request and its transfer, carried between a client and the `tftp` package's server. All faults that the
 * package knows nothing of happen here, on the way.
 */
export class RelayedTransfer {
  readonly #site: TransferSite;
  readonly #client: RemoteInfo;
  readonly #towardsClient: Socket;
  readonly #towardsServer: Socket;
  readonly #timers = new Set<Timer>();
  /** Told when it has ended. */
  onEnd: () => void = () => {};
  #serverPort: number | undefined;
  #ended = false;

  private constructor(site: TransferSite, client: RemoteInfo, towardsClient: Socket, towardsServer: Socket) {
    this.#site = site;
    this.#client = client;
    this.#towardsClient = towardsClient;
    this.#towardsServer = towardsServer;
    towardsClient.on('message', (packet, from) => this.#fromClient(packet, from));
    towardsServer.on('message', (packet, from) => this.#fromServer(packet, from));
  }

  /** A transfer between `client` and the server, in which nothing has been sent yet. */
  static async between(client: RemoteInfo, site: TransferSite): Promise<RelayedTransfer> {
    const ownHost = site.faults.has('wrong-source') ? '127.0.0.2' : site.host;
    const towardsServer = await bindUdp('127.0.0.1');
    const towardsClient = await bindUdp(ownHost).catch((error) => {
      towardsServer.close();
      throw error;
    });
    return new RelayedTransfer(site, client, towardsClient, towardsServer);
  }

  /** The port by which the package's server knows this transfer. */
  get id(): number {
    return this.#towardsServer.address().port;
  }

  /** Hands the request to the server, or spoils it. */
  begin(request: Buffer): void {
    // A DATA packet whose block number is cut in half.
    if (this.#site.faults.has('garbage')) this.#toClient(Buffer.of(0, opcode.data, 0), () => this.end());
    else this.#towardsServer.send(request, this.#site.serverPort, '127.0.0.1');
  }

  /** Ends as soon as what the server sent last must have been carried. */
  endSoon(): void {
    this.#later(() => this.end(), lastPacketMs);
  }

  /** Frees both sockets. Idempotent. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const timer of this.#timers) timer.cancel();
    this.#towardsClient.close();
    this.#towardsServer.close();
    this.onEnd();
  }

  #fromServer(packet: Buffer, from: RemoteInfo): void {
    this.#serverPort = from.port;
    const sent = opcodeOf(packet) === opcode.error ? () => this.end() : undefined;
    if (this.#site.faults.has('drip')) this.#later(() => this.#toClient(packet, sent), dripMs);
    else this.#toClient(packet, sent);
  }

  #fromClient(packet: Buffer, from: RemoteInfo): void {
    if (from.port !== this.#client.port) return;
    this.#site.dialogue.note(describePacket(packet));
    if (this.#serverPort !== undefined) this.#towardsServer.send(packet, this.#serverPort, '127.0.0.1');
  }

  #toClient(packet: Buffer, sent?: () => void): void {
    this.#towardsClient.send(packet, this.#client.port, this.#client.address, sent);
  }

  #later(run: () => void, delayMs: number): void {
    const timer = this.#site.clock.setTimer(() => {
      this.#timers.delete(timer);
      run();
    }, delayMs);
    this.#timers.add(timer);
    if (this.#ended) timer.cancel();
  }
}
