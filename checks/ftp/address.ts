import { isIP, SocketAddress } from 'node:net';

/** An IP address without what only this machine knows it by: a zone, or the form of IPv4 in IPv6 (`::ffff:192.0.2.1`). */
export const plainAddress = (address: string): string =>
  address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');

/** Whether two texts are the same IP address, however they are written. */
export const isSameAddress = (one: string, other: string): boolean => canonical(one) === canonical(other);

const canonical = (text: string): string => {
  const address = plainAddress(text);
  return isIP(address) === 6 ? new SocketAddress({ address, family: 'ipv6' }).address : address;
};

/** A range of ports, both ends included. */
export interface PortRange {
  readonly lowest: number;
  readonly highest: number;
}

/** A range of ports written `LO-HI`; `undefined` when it is none. */
export const parsePorts = (text: string): PortRange | undefined => {
  const [, lowest, highest] = /^(\d{1,5})-(\d{1,5})$/.exec(text)?.map(Number) ?? [];
  if (lowest === undefined || highest === undefined) return undefined;
  return lowest >= 1 && lowest <= highest && highest <= 65_535 ? { lowest, highest } : undefined;
};

/** Where to listen. */
export interface BindAddress {
  readonly address: string;
  /** Any free port when absent. */
  readonly ports: PortRange | undefined;
}

/** `192.0.2.1`, `192.0.2.1:50000-50009`, `2001:db8::1` or `[2001:db8::1]:50000-50009`; `undefined` when it is none. */
export const parseBind = (text: string): BindAddress | undefined => {
  if (isIP(text)) return { address: text, ports: undefined };
  const [, bracketed, bare, range] = /^(?:\[(.*)\]|([^:]*))(?::(.*))?$/.exec(text) ?? [];
  const address = bracketed ?? bare ?? '';
  if (isIP(address) !== (bracketed === undefined ? 4 : 6)) return undefined;
  const ports = range === undefined ? undefined : parsePorts(range);
  return range !== undefined && !ports ? undefined : { address, ports };
};
