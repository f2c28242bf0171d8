import type { RemoteInfo, Socket } from 'node:dgram';
import type { Clock, Timer } from '../../clock/clock.ts';
import type { Dialogue } from '../dialogue.ts';
import { bindUdp } from '../udp-gate.ts';
import { hostileAnswer, withoutOptions } from './hostile-answer.ts';
import { type OnTheWay, onTheWay } from './on-the-way.ts';
import { describePacket, opcode, opcodeOf } from './packet.ts';
import { Strangers } from './strangers.ts';
import type { TftpFault } from './tftp-fault.ts';

/** How late a dripping server's packets are, in milliseconds. */
const dripMs = 300;

/** How long a transfer that is over may still have packets on their way, in milliseconds. */
const lastPacketMs = 500;

/** How many packets a flood sends each millisecond. */
const floodAtOnce = 50;

/** A block of 512 bytes. */
const fullBlock = (number: number): Buffer =>
  Buffer.concat([Buffer.of(0, opcode.data, number >> 8, number & 0xff), Buffer.alloc(512, 'x')]);

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
  readonly #way: OnTheWay;
  /** Who else sends to the client. */
  #strangers: Strangers | undefined;
  #serverPort: number | undefined;
  #ended = false;

  private constructor(site: TransferSite, client: RemoteInfo, towardsClient: Socket, towardsServer: Socket) {
    this.#site = site;
    this.#way = onTheWay(site.faults);
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
    const transfer = new RelayedTransfer(site, client, towardsClient, towardsServer);
    if (site.faults.has('strangers')) transfer.#strangers = await Strangers.open(site.host);
    return transfer;
  }

  /** The port by which the package's server knows this transfer. */
  get id(): number {
    return this.#towardsServer.address().port;
  }

  /** Hands the request to the server, or spoils it. */
  begin(request: Buffer): void {
    const { faults, serverPort } = this.#site;
    const said = hostileAnswer(request, faults);
    if (said) this.#toClient(said, () => this.end());
    else if (faults.has('endless')) this.#toClient(fullBlock(1));
    else if (faults.has('flood')) this.#flood();
    else {
      const handed = faults.has('options-ignored') ? withoutOptions(request) : request;
      this.#towardsServer.send(handed, serverPort, '127.0.0.1');
    }
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
    this.#strangers?.close();
    this.onEnd();
  }

  #fromServer(packet: Buffer, from: RemoteInfo): void {
    this.#serverPort = from.port;
    const sent = opcodeOf(packet) === opcode.error ? () => this.end() : undefined;
    for (const carried of this.#way.carry(packet)) {
      this.#strangers?.speakTo(this.#client);
      if (this.#site.faults.has('drip')) this.#later(() => this.#toClient(carried, sent), dripMs);
      else this.#toClient(carried, sent);
    }
  }

  #fromClient(packet: Buffer, from: RemoteInfo): void {
    if (from.port !== this.#client.port) return;
    const { faults, dialogue } = this.#site;
    dialogue.note(describePacket(packet));
    const isAck = opcodeOf(packet) === opcode.ack && packet.length >= 4;
    if (this.#serverPort !== undefined) this.#towardsServer.send(packet, this.#serverPort, '127.0.0.1');
    else if (!isAck) this.end();
    else if (faults.has('endless')) this.#toClient(fullBlock((packet.readUInt16BE(2) + 1) & 0xffff));
  }

  /** Sends the first block again and again; not in one go, for the client may be in this process. */
  #flood(): void {
    if (this.#ended) return;
    for (let i = 0; i < floodAtOnce; i++) this.#toClient(fullBlock(1));
    this.#later(() => this.#flood(), 1);
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
