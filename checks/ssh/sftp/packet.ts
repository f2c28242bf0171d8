import { uint32, uint64, type WireReader, wireString } from '../wire.ts';

/** Types of packets of SFTP version 3 (draft-ietf-secsh-filexfer-02, section 3). */
export const packetTypes = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  opendir: 11,
  readdir: 12,
  remove: 13,
  realpath: 16,
  stat: 17,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
} as const;

/** Name of a type of packet. */
export type PacketName = keyof typeof packetTypes;

/** A packet as it came. */
export interface Packet {
  readonly type: number;
  /** What follows the type. */
  readonly body: Buffer;
}

/** OpenSSH's own limit, and what it may add around the data. */
const longestPacket = 256 * 1024 + 1024;

/** Thrown for a length that no packet has: what comes is not SFTP. */
export class PacketTooLong extends Error {
  override readonly name = 'PacketTooLong';
  /** The first bytes, where a length should be. */
  readonly head: Buffer;

  constructor(head: Buffer) {
    super('longer than any SFTP packet');
    this.head = head;
  }
}

/** Finds packets in what comes over a channel, however it is cut. */
export class PacketReader {
  #bytes = Buffer.alloc(0);

  /** The packets that end in these bytes. @throws PacketTooLong */
  *push(bytes: Uint8Array): Generator<Packet> {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    while (this.#bytes.length >= 4) {
      const length = this.#bytes.readUInt32BE();
      if (length < 1 || length > longestPacket) throw new PacketTooLong(this.#bytes.subarray(0, 64));
      if (this.#bytes.length < 4 + length) return;
      const packet = this.#bytes.subarray(4, 4 + length);
      this.#bytes = this.#bytes.subarray(4 + length);
      yield { type: packet.readUInt8(), body: packet.subarray(1) };
    }
  }
}

/** A packet as it goes over the channel. */
export const renderPacket = (name: PacketName, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([uint32(body.length + 1), Buffer.of(packetTypes[name]), body]);
};

/** What is known of a file. */
export interface Attributes {
  readonly size?: number;
  /** Type and permissions, as in stat(2). */
  readonly mode?: number;
  /** Seconds since the Unix epoch. */
  readonly modifiedAt?: number;
}

const flags = { size: 1, owner: 2, permissions: 4, times: 8, extended: 0x80000000 };

/** Reads the attributes of a file (section 5). @throws WireError */
export const readAttributes = (reader: WireReader): Attributes => {
  const given = reader.uint32();
  const size = given & flags.size ? reader.uint64() : undefined;
  if (given & flags.owner) reader.raw(8);
  const mode = given & flags.permissions ? reader.uint32() : undefined;
  if (given & flags.times) reader.raw(4);
  const modifiedAt = given & flags.times ? reader.uint32() : undefined;
  if ((given & flags.extended) !== 0)
    for (let count = reader.uint32(); count > 0; count--) {
      reader.string();
      reader.string();
    }
  return {
    ...(size !== undefined && { size }),
    ...(mode !== undefined && { mode }),
    ...(modifiedAt !== undefined && { modifiedAt }),
  };
};

/** No attributes: the server chooses. */
export const noAttributes = uint32(0);

const [typeMask, regular, directory] = [0o170000, 0o100000, 0o040000];

/** Whether it is a regular file, as far as the server says. */
export const isRegular = ({ mode }: Attributes): boolean => mode === undefined || (mode & typeMask) === regular;

/** Whether it is a folder, as far as the server says. */
export const isFolder = ({ mode }: Attributes): boolean => mode !== undefined && (mode & typeMask) === directory;

/** One entry of a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly attributes: Attributes;
}

/** Reads the entries of an SSH_FXP_NAME. @throws WireError */
export const readNames = (reader: WireReader): readonly FolderEntry[] => {
  const entries: FolderEntry[] = [];
  for (let count = reader.uint32(); count > 0; count--) {
    const name = reader.string().toString();
    // The long name is for people.
    reader.string();
    entries.push({ name, attributes: readAttributes(reader) });
  }
  return entries;
};

/** The body of SSH_FXP_READ but for its id. */
export const readRequest = (handle: Buffer, offset: number, length: number): Buffer =>
  Buffer.concat([wireString(handle), uint64(offset), uint32(length)]);

/** The body of SSH_FXP_WRITE but for its id. */
export const writeRequest = (handle: Buffer, offset: number, data: Buffer): Buffer =>
  Buffer.concat([wireString(handle), uint64(offset), wireString(data)]);
