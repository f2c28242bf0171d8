import { cleanText } from '../../checker/clean-text.ts';
import { type Endpoint, parseEndpoint, type Service, takeService } from './service.ts';

/** How packets reach a real server, as ipvsadm's flag: masquerading, direct routing, tunneling. */
export type ForwardingMethod = '-m' | '-g' | '-i';

/** A real server of a virtual service. */
export interface RealServer extends Endpoint {
  readonly method: ForwardingMethod;
  readonly weight: number;
  /** What else was printed of it, such as `--tun-type gre --tun-csum`. */
  readonly flags: readonly string[];
}

/** A virtual service with its real servers. */
export interface SavedService {
  readonly service: Service;
  /** Whether it keeps clients with their server (`-p`). */
  readonly persistent: boolean;
  readonly servers: readonly RealServer[];
}

const methods: readonly string[] = ['-m', '-g', '-i'];

/**
 * Reads what `ipvsadm -Sn` prints (ipvsadm 1.31): services by their keys.
 *
 * @throws Error on a line that is not understood: better to do nothing than to change what was misread
 */
export const parseSavedRules = (text: string): ReadonlyMap<string, SavedService> => {
  const found = new Map<string, { service: Service; persistent: boolean; servers: RealServer[] }>();
  for (const line of text.split('\n').filter((line) => line.trim() !== '')) {
    const [command, ...words] = line.trim().split(/\s+/);
    const taken = takeService(words);
    if (command === '-A' && taken) {
      const { service, rest } = taken;
      found.set(service.key, { service, persistent: rest.includes('-p'), servers: [] });
      continue;
    }
    const server = command === '-a' && taken ? parseServer(taken.rest) : undefined;
    const known = taken && found.get(taken.service.key);
    if (!server || !known) throw new Error(`cannot read what ipvsadm printed: ${cleanText(line).slice(0, 200)}`);
    known.servers.push(server);
  }
  return found;
};

const parseServer = ([flag, address = '', method = '', weightFlag, weight = '', ...flags]: readonly string[]):
  | RealServer
  | undefined => {
  const endpoint = flag === '-r' ? parseEndpoint(address) : undefined;
  if (!endpoint || !methods.includes(method) || weightFlag !== '-w' || !/^\d{1,10}$/.test(weight)) return undefined;
  return { ...endpoint, method: method as ForwardingMethod, weight: Number(weight), flags };
};

/**
 * The server of a service at an endpoint: where IPVS does not go by the server's own port (a firewall mark, all ports,
 * direct routing, tunneling), the address is enough.
 */
export const findServer = ({ service, servers }: SavedService, wanted: Endpoint): RealServer | undefined => {
  const same = servers.filter(({ address }) => address === wanted.address);
  return (
    same.find(({ port }) => port === wanted.port) ??
    same.find(({ method, port }) => method !== '-m' || port === 0 || service.port === 0)
  );
};
