import { isIPv4, isIPv6 } from 'node:net';

/** A host, with a port where one was named. */
export interface ParsedAddress {
  readonly host: string;
  readonly port?: number;
}

/** What {@link parseAddress} and {@link hostMistake} say of text that is no address at all. */
export const addressMessage = 'must be HOST, HOST:PORT, [IPV6]:PORT or { host, port }';

/** What is said of a wrong port; `least` is 0 where that means any free one. */
export const portMessage = (least: 0 | 1): string => `must be a whole number from ${least} to 65535`;

/**
 * Reads `HOST`, `HOST:PORT`, `[IPV6]:PORT` or a bare IPv6 address.
 *
 * @param leastPort 0 where that means any free one, else 1
 * @returns the address without brackets, or what is wrong, in words
 */
export const parseAddress = (text: string, leastPort: 0 | 1 = 1): ParsedAddress | string => {
  if (isIPv6(text)) return { host: text };
  const match = /^(?:\[([^[\]]*)\]|([^[\]:]*))(?::(\d{1,6}))?$/.exec(text);
  if (!match) return /:.*:/.test(text) ? `"${text}" is not an IPv6 address` : addressMessage;
  const [, bracketed, bare, portText] = match;
  if (bracketed !== undefined && !isIPv6(bracketed)) return `"${bracketed}" is not an IPv6 address`;
  const host = bracketed ?? bare ?? '';
  const mistake = bracketed === undefined ? hostMistake(host) : undefined;
  if (mistake !== undefined) return mistake;
  if (portText === undefined) return { host };
  const port = Number(portText);
  if (port < leastPort || port > 65_535) return `port ${portMessage(leastPort)}, not ${port}`;
  return { host, port };
};

/** `HOST:PORT` or `HOST`, IPv6 in brackets when a port follows: what {@link parseAddress} reads back. */
export const formatAddress = ({ host, port }: ParsedAddress): string => {
  if (port === undefined) return host;
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
};

const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** What is wrong with a host; `undefined` for an IP address or a host name (RFC 1123, underscores allowed). */
export const hostMistake = (host: string): string | undefined => {
  if (isIPv4(host) || isIPv6(host)) return undefined;
  const labels = host.replace(/\.$/, '').split('.');
  if (host.length > 254 || !labels.every((part) => label.test(part))) return addressMessage;
  // No top-level domain is a number: this was meant to be an address.
  return /^\d+$/.test(labels.at(-1) ?? '') ? `"${host}" is not an IPv4 address` : undefined;
};

/** One spelling for each host, to find two backends that are the same server. */
export const canonicalHost = (host: string): string => {
  const plain = host.toLowerCase().replace(/\.$/, '');
  if (!isIPv6(plain) || plain.includes('%')) return plain;
  return new URL(`http://[${plain}]`).hostname.slice(1, -1);
};
