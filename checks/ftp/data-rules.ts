import { isIP, isIPv4 } from 'node:net';
import { parseBind, parsePorts } from './address.ts';

/** The options that say how data connections are made. */
export interface DataOptions {
  readonly data?: 'passive' | 'pasv' | 'epsv' | 'active' | 'port' | 'eprt' | undefined;
  readonly pasvAddress?: readonly string[] | undefined;
  readonly pasvPorts?: string | undefined;
  readonly pasvFollow?: boolean | undefined;
  readonly activeAddress?: string | undefined;
  readonly activeBind?: string | undefined;
  readonly activeSource?: string | undefined;
  readonly activeSourcePort?: number | undefined;
}

/** Whether the server connects to us, not we to it. */
export const isActive = (data: DataOptions['data']): boolean => data === 'active' || data === 'port' || data === 'eprt';

const passiveOnly = ['pasvAddress', 'pasvPorts', 'pasvFollow'] as const;
const activeOnly = ['activeAddress', 'activeBind', 'activeSource', 'activeSourcePort'] as const;

/** Complaints about the options that say how data connections are made. `used` is whether there will be any. */
export const brokenDataRules = function* (
  given: DataOptions,
  used: boolean,
): Generator<readonly [keyof DataOptions, string]> {
  for (const key of [...passiveOnly, ...activeOnly])
    if (given[key] !== undefined && !used) yield [key, 'needs data, list, file or upload'];
  if (used && !isActive(given.data))
    for (const key of activeOnly) if (given[key] !== undefined) yield [key, 'needs data active, port or eprt'];
  if (isActive(given.data))
    for (const key of passiveOnly) if (given[key] !== undefined) yield [key, 'is for passive mode'];
  yield* brokenPassive(given);
  yield* brokenActive(given);
};

const brokenPassive = function* ({
  data,
  pasvAddress,
  pasvPorts,
  pasvFollow,
}: DataOptions): Generator<readonly [keyof DataOptions, string]> {
  if (pasvAddress && data === 'epsv') yield ['pasvAddress', 'is of no use with data epsv, which has no address'];
  if (pasvAddress?.length === 0) yield ['pasvAddress', 'must not be empty'];
  for (const address of pasvAddress ?? [])
    if (address !== 'control' && !isIPv4(address))
      yield ['pasvAddress', `"${address}" is neither an IPv4 address nor control`];
  if (pasvPorts !== undefined && !parsePorts(pasvPorts))
    yield ['pasvPorts', `"${pasvPorts}" is no range of ports such as 50000-50099`];
  if (pasvFollow && !pasvAddress) yield ['pasvFollow', 'needs pasvAddress'];
};

const brokenActive = function* ({
  data,
  activeAddress,
  activeBind,
  activeSource,
}: DataOptions): Generator<readonly [keyof DataOptions, string]> {
  if (activeAddress !== undefined && !isIP(activeAddress))
    yield ['activeAddress', `"${activeAddress}" is no IP address`];
  if (activeAddress !== undefined && isIP(activeAddress) === 6 && data === 'port')
    yield ['activeAddress', 'must be an IPv4 address with data port'];
  if (activeBind !== undefined && !parseBind(activeBind))
    yield ['activeBind', `"${activeBind}" is no IP address, or one with a range such as 192.0.2.1:50000-50099`];
  if (activeSource !== undefined && activeSource !== 'control' && !isIP(activeSource))
    yield ['activeSource', `"${activeSource}" is neither an IP address nor control`];
};
