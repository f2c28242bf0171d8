import type { Duplex } from 'node:stream';
import { uint32, WireError, WireReader, wireString } from '../wire.ts';
import {
  type Attributes,
  type FolderEntry,
  noAttributes,
  type Packet,
  type PacketName,
  PacketReader,
  PacketTooLong,
  packetTypes,
  readAttributes,
  readNames,
  readRequest,
  renderPacket,
  writeRequest,
} from './packet.ts';
import { SftpBroken, SftpStatus, statusCodes } from './sftp-error.ts';

/** The version spoken, which every server speaks. */
const ourVersion = 3;

/** How a file is opened (section 6.3): to be read, or to be written where there is none of that name. */
const openFlags = { read: 1, create: 2 | 8 | 32 } as const;

/** One who waits for an answer. */
interface Waiter {
  readonly resolve: (packet: Packet) => void;
  readonly reject: (error: SftpBroken) => void;
}

/** Takes one line of the dialogue: a request of ours, or an answer. */
export type Note = (mark: '>' | '<', text: string) => void;

/**
 * A client of SFTP version 3 (draft-ietf-secsh-filexfer-02) over a channel. Of our own because ssh2's writes as soon as
 * its channel is open, and never ends where the server has set the maximum packet to 0. What a call rejects with is
 * an {@link SftpStatus} when the server refuses, an {@link SftpBroken} when it does not speak SFTP, or no more.
 */
export class SftpClient {
  readonly #channel: Duplex;
  readonly #note: Note;
  readonly #reader = new PacketReader();
  /** By request; that for the server's version is 0. */
  readonly #waiting = new Map<number, Waiter>();
  #lastId = 0;
  #broken: SftpBroken | undefined;

  constructor(channel: Duplex, note: Note) {
    this.#channel = channel;
    this.#note = note;
    const lose = () => this.#break(new SftpBroken('closed', 'the server closed the channel'));
    channel
      .on('data', (bytes: Buffer) => this.#take(bytes))
      .on('end', lose)
      .on('close', lose)
      .on('error', lose);
  }

  /** Agrees on the version (section 4). */
  async start(): Promise<void> {
    const answer = this.#await(0);
    this.#send(renderPacket('init', uint32(ourVersion)), `init ${ourVersion}`);
    await answer;
  }

  /** The absolute name of a path. */
  async realpath(path: string): Promise<string> {
    const reader = await this.#ask('realpath', wireString(path), path, 'name');
    const [first] = readNames(reader);
    if (!first) throw outOfProtocol('a realpath without a name');
    return first.name;
  }

  /** What is known of a file, links followed. */
  async stat(path: string): Promise<Attributes> {
    return readAttributes(await this.#ask('stat', wireString(path), path, 'attrs'));
  }

  /** Opens a file. */
  async open(path: string, how: keyof typeof openFlags): Promise<Buffer> {
    const body = Buffer.concat([wireString(path), uint32(openFlags[how]), noAttributes]);
    return (await this.#ask('open', body, `${path} to ${how}`, 'handle')).string();
  }

  /** A piece of a file of at most `length` bytes; `undefined` at its end. */
  read(handle: Buffer, offset: number, length: number): Promise<Buffer | undefined> {
    return untilEof(async () => {
      const reader = await this.#ask('read', readRequest(handle, offset, length), `${length} at ${offset}`, 'data');
      const data = reader.string();
      if (data.length === 0 || data.length > length) throw outOfProtocol(`${data.length} bytes instead of ${length}`);
      return data;
    });
  }

  /** Writes a piece of a file. */
  write(handle: Buffer, offset: number, data: Buffer): Promise<void> {
    return this.#order('write', writeRequest(handle, offset, data), `${data.length} at ${offset}`);
  }

  /** Opens a folder. */
  async openFolder(path: string): Promise<Buffer> {
    return (await this.#ask('opendir', wireString(path), path, 'handle')).string();
  }

  /** Some more entries of a folder; `undefined` at its end. */
  readFolder(handle: Buffer): Promise<readonly FolderEntry[] | undefined> {
    return untilEof(async () => {
      const entries = readNames(await this.#ask('readdir', wireString(handle), '', 'name'));
      if (entries.length === 0) throw outOfProtocol('a readdir without a name');
      return entries;
    });
  }

  /** Closes a file or a folder. */
  close(handle: Buffer): Promise<void> {
    return this.#order('close', wireString(handle), '');
  }

  /** Deletes a file. */
  remove(path: string): Promise<void> {
    return this.#order('remove', wireString(path), path);
  }

  async #order(name: PacketName, body: Buffer, about: string): Promise<void> {
    await this.#ask(name, body, about, 'status');
  }

  /** Sends a request; gives the body of its answer behind the id, which must be of that type. */
  async #ask(name: PacketName, body: Buffer, about: string, wanted: PacketName): Promise<WireReader> {
    const id = ++this.#lastId;
    const answer = this.#await(id);
    this.#send(renderPacket(name, uint32(id), body), `${name} ${about}`.trimEnd());
    const packet = await answer;
    const reader = new WireReader(packet.body);
    reader.uint32();
    if (packet.type === packetTypes.status) {
      const status = readStatus(reader);
      this.#note('<', `sftp status ${status.code} ${status.message}`.trimEnd());
      if (wanted === 'status' && status.code === statusCodes.ok) return reader;
      if (status.code === statusCodes.ok) throw outOfProtocol(`${name} answered with nothing but ok`);
      throw status;
    }
    if (packet.type !== packetTypes[wanted]) throw outOfProtocol(`${name} answered with type ${packet.type}`);
    this.#note('<', `sftp ${wanted}`);
    return reader;
  }

  #await(id: number): Promise<Packet> {
    const answer = new Promise<Packet>((resolve, reject) => {
      if (this.#broken) reject(this.#broken);
      else this.#waiting.set(id, { resolve, reject });
    });
    // Whoever asked may have turned to something else by then.
    answer.catch(() => {});
    return answer;
  }

  #send(packet: Buffer, what: string): void {
    this.#note('>', `sftp ${what}`);
    if (this.#channel.writable) this.#channel.write(packet);
  }

  #take(bytes: Buffer): void {
    if (this.#broken) return;
    try {
      for (const packet of this.#reader.push(bytes)) this.#settle(packet);
    } catch (error) {
      if (error instanceof PacketTooLong) this.#break(new SftpBroken('garbage', `this is no SFTP: ${error.head}`));
      else if (error instanceof WireError) this.#break(outOfProtocol(error.message));
      else throw error;
    }
  }

  #settle(packet: Packet): void {
    const isVersion = packet.type === packetTypes.version;
    const id = isVersion ? 0 : new WireReader(packet.body).uint32();
    const waiter = this.#waiting.get(id);
    if (!waiter || (id === 0 && !isVersion)) {
      this.#break(outOfProtocol('an answer that nobody asked for'));
      return;
    }
    this.#waiting.delete(id);
    if (isVersion) this.#note('<', `sftp version ${new WireReader(packet.body).uint32()}`);
    waiter.resolve(packet);
  }

  #break(broken: SftpBroken): void {
    this.#broken ??= broken;
    for (const { reject } of this.#waiting.values()) reject(this.#broken);
    this.#waiting.clear();
  }
}

const readStatus = (reader: WireReader): SftpStatus => {
  const code = reader.uint32();
  // Servers of the first drafts send no text.
  return new SftpStatus(code, reader.left > 0 ? reader.string().toString() : '');
};

const untilEof = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SftpStatus && error.code === statusCodes.eof) return undefined;
    throw error;
  }
};

const outOfProtocol = (what: string): SftpBroken => new SftpBroken('protocol', what);
