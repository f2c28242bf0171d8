/** A host, IPv6 without brackets, and a port. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Reads `HOST:PORT` or `[IPV6]:PORT`; `undefined` when it is neither. */
export const parseHostPort = (text: string): HostPort | undefined => {
  const [, ipv6, host = ipv6 ?? '', digits] = /^(?:\[([0-9a-fA-F:.%]+)\]|([^\s:/[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  return host !== '' && port >= 1 && port <= 65_535 ? { host, port } : undefined;
};
