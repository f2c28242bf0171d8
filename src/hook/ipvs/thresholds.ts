import { addressService, type Endpoint, markService, parseEndpoint, renderEndpoint, type Service } from './service.ts';

/** When a real server gets no more connections, and when it gets some again; 0 for never. */
export interface Thresholds {
  readonly upper: number;
  readonly lower: number;
}

/** Thresholds by {@link thresholdKey}. */
export type ThresholdTable = ReadonlyMap<string, Thresholds>;

/** What a real server is found by in a {@link ThresholdTable}. */
export const thresholdKey = (service: Service, server: Endpoint): string => `${service.key} ${renderEndpoint(server)}`;

const kinds: Readonly<Record<string, 'tcp' | 'udp' | 'sctp'>> = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' };

/**
 * Reads what `ipvsadm -Ln --thresholds` prints (ipvsadm 1.31), which is the only place where they stand. Lines that are
 * neither a service nor a server, such as the heads, are passed over.
 */
export const parseThresholds = (text: string): ThresholdTable => {
  const table = new Map<string, Thresholds>();
  let service: Service | undefined;
  for (const line of text.split('\n')) {
    const [first = '', second = '', third = '', fourth = ''] = line.trim().split(/\s+/);
    if (first !== '->') {
      service = serviceOf(first, second, third) ?? service;
      continue;
    }
    const server = parseEndpoint(second);
    if (!service || !server || !/^\d+$/.test(third) || !/^\d+$/.test(fourth)) continue;
    table.set(thresholdKey(service, server), { upper: Number(third), lower: Number(fourth) });
  }
  return table;
};

const serviceOf = (word: string, what: string, next: string): Service | undefined => {
  if (word === 'FWM' && /^\d+$/.test(what)) return markService(Number(what), next === 'IPv6' ? 6 : 4);
  const kind = kinds[word];
  const endpoint = parseEndpoint(what);
  return kind && endpoint && addressService(kind, endpoint);
};
