import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';

/** A datagram that a {@link UdpPeer} heard. */
export interface Heard {
  readonly bytes: Buffer;
  readonly from: RemoteInfo;
}

/** One UDP socket on loopback that a test speaks through, packet by packet. */
export interface UdpPeer extends AsyncDisposable {
  readonly port: number;
  /** The next datagram, in order. */
  next(): Promise<Heard>;
  /** How many datagrams came that `next()` has not handed out. */
  readonly waiting: number;
  send(bytes: Uint8Array, to: Pick<RemoteInfo, 'address' | 'port'>): Promise<void>;
}

export const openUdpPeer = async (address = '127.0.0.1'): Promise<UdpPeer> => {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const heard: Heard[] = [];
  const takers: ((heard: Heard) => void)[] = [];
  socket.on('message', (bytes, from) => {
    const take = takers.shift();
    if (take) take({ bytes, from });
    else heard.push({ bytes, from });
  });
  socket.bind(0, address);
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    next: () =>
      new Promise((resolve) => {
        const first = heard.shift();
        if (first) resolve(first);
        else takers.push(resolve);
      }),
    get waiting() {
      return heard.length;
    },
    send: (bytes, to) =>
      new Promise((resolve, reject) => {
        socket.send(bytes, to.port, to.address, (error) => (error ? reject(error) : resolve()));
      }),
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  };
};

/** A DATA packet. */
export const data = (block: number, payload: string | Uint8Array = ''): Buffer =>
  Buffer.concat([Buffer.from([0, 3, block >> 8, block & 0xff]), Buffer.from(payload)]);

/** An ERROR packet. */
export const error = (code: number, message: string): Buffer =>
  Buffer.concat([Buffer.from([0, 5, 0, code]), Buffer.from(`${message}\0`)]);

/** An OACK packet of names and values. */
export const oack = (...texts: readonly string[]): Buffer =>
  Buffer.from(`\0\x06${texts.map((text) => `${text}\0`).join('')}`, 'latin1');

/** An OACK packet with `tsize`. */
export const optionAck = oack('tsize', '4');

/** What a client's packet says, for comparison: `ACK 1`, `ERROR 5`, `RRQ file octet`. */
export const told = ({ bytes }: Pick<Heard, 'bytes'>): string => {
  const number = bytes.readUInt16BE(2);
  switch (bytes.readUInt16BE(0)) {
    case 1:
      return `RRQ ${bytes.subarray(2, -1).toString().replaceAll('\0', ' ')}`;
    case 4:
      return `ACK ${number}`;
    case 5:
      return `ERROR ${number}`;
    default:
      return bytes.toString('hex');
  }
};
