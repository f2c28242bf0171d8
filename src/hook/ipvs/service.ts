import { isIP } from 'node:net';

/** What a virtual service of IPVS is known by. */
export type ServiceKind = 'tcp' | 'udp' | 'sctp' | 'mark';

/** A virtual service of IPVS. */
export interface Service {
  readonly kind: ServiceKind;
  /** How ipvsadm is told of it, such as `-t 192.0.2.10:21` or `-f 6 -6`. */
  readonly words: readonly string[];
  /** The same for every way to write it. */
  readonly key: string;
  /** Its port; 0 for all ports, and for a firewall mark. */
  readonly port: number;
}

/** An address and a port. */
export interface Endpoint {
  /** In one way of writing, IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
}

const flags: Readonly<Record<Exclude<ServiceKind, 'mark'>, string>> = {
  tcp: '-t',
  udp: '-u',
  sctp: '--sctp-service',
};

/** `10.1.0.100:21` or `[2001:db8::10]:21`; `undefined` when it is neither. */
export const parseEndpoint = (text: string): Endpoint | undefined => {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = canonicalAddress(bracketed ?? plain ?? '');
  if (address === undefined || Number(port) > 65_535) return undefined;
  return (isIP(address) === 6) === (bracketed !== undefined) ? { address, port: Number(port) } : undefined;
};

/** An IP address in one way of writing; `undefined` for a name. */
export const canonicalAddress = (text: string): string | undefined => {
  const family = isIP(text);
  if (family === 0) return undefined;
  return new URL(`http://${family === 6 ? `[${text}]` : text}/`).hostname.replace(/^\[|\]$/g, '');
};

/** An endpoint as ipvsadm reads and prints it. */
export const renderEndpoint = ({ address, port }: Endpoint): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** The service of an address: `tcp`, `udp` or `sctp`. */
export const addressService = (kind: Exclude<ServiceKind, 'mark'>, endpoint: Endpoint): Service => {
  const text = renderEndpoint(endpoint);
  return { kind, words: [flags[kind], text], key: `${kind} ${text}`, port: endpoint.port };
};

/** The service of a firewall mark. */
export const markService = (mark: number, family: 4 | 6): Service => {
  const words = ['-f', String(mark), ...(family === 6 ? ['-6'] : [])];
  return { kind: 'mark', words, key: `mark ${mark}${family === 6 ? ' ipv6' : ''}`, port: 0 };
};

/** A service as a config names it: `tcp 10.1.0.100:21`, `mark 21`, `mark 21 ipv6`; `undefined` when it is none. */
export const parseService = (text: string): Service | undefined => {
  const [kind, what = '', family, ...more] = text.trim().split(/\s+/);
  if (more.length > 0 || (family !== undefined && kind !== 'mark')) return undefined;
  if (kind === 'mark') {
    const isMark = /^\d{1,10}$/.test(what) && Number(what) > 0 && Number(what) < 2 ** 32;
    return isMark && (family === undefined || /^ipv[46]$/.test(family))
      ? markService(Number(what), family === 'ipv6' ? 6 : 4)
      : undefined;
  }
  const endpoint = parseEndpoint(what);
  return endpoint && (kind === 'tcp' || kind === 'udp' || kind === 'sctp') ? addressService(kind, endpoint) : undefined;
};

/** The service that words of ipvsadm begin with, and the words behind it; `undefined` when they begin with none. */
export const takeService = (words: readonly string[]): { service: Service; rest: readonly string[] } | undefined => {
  const [flag, what = '', next] = words;
  if (flag === '-f') {
    const family = next === '-6' ? 6 : 4;
    return /^\d{1,10}$/.test(what)
      ? { service: markService(Number(what), family), rest: words.slice(family === 6 ? 3 : 2) }
      : undefined;
  }
  const kind = (['tcp', 'udp', 'sctp'] as const).find((one) => flags[one] === flag);
  const endpoint = parseEndpoint(what);
  return kind && endpoint && { service: addressService(kind, endpoint), rest: words.slice(2) };
};
