import type { Clock } from '../../clock/clock.ts';
import { namesComplaint } from '../balancer-names.ts';
import { findProgram } from '../find-program.ts';
import type { HookFarm, HookType } from '../hook.ts';
import { within } from '../within.ts';
import { IpvsDriver } from './ipvs-driver.ts';
import { type Ipvsadm, ipvsadmProgram } from './ipvsadm.ts';
import { type IpvsHookOptions, ipvsHookOptions } from './options.ts';
import { canonicalAddress, type Endpoint, parseEndpoint, parseService, type Service } from './service.ts';

const defaultTimeoutMs = 5_000;

/**
 * Brings the real servers of a virtual service of IPVS (LVS) to the desired states with ipvsadm: weight 0 or removal,
 * and back, with all that they were before.
 */
export const ipvsHook: HookType<IpvsHookOptions> = {
  name: 'ipvs',
  options: ipvsHookOptions,

  preflight: async (options, farm) => {
    const { program = 'ipvsadm', names = {}, weights = {} } = options;
    if ((await findProgram(program)) === undefined) return `no executable file ${program}`;
    if (!serviceOf(options, farm)) return 'service is missing: the farm has no vip with an IP address and a port';
    const stranger = Object.keys(weights).find((id) => !farm.backends.some((backend) => backend.id === id));
    if (stranger !== undefined) return `weights.${stranger}: farm ${farm.id} has no such backend`;
    for (const { id, host } of farm.backends)
      if (!Object.hasOwn(names, id) && canonicalAddress(host) === undefined)
        return `${id} is ${host}, but IPVS knows addresses only: give its own in names, such as { ${id}: "10.2.0.11:21" }`;
    return namesComplaint(farm, names);
  },

  create: (options, context) => {
    const { onDown = 'weight-zero', weights = {}, program = 'ipvsadm', timeout = defaultTimeoutMs } = options;
    const { farm, clock } = context;
    const service = serviceOf(options, farm);
    if (!service) throw new Error(`no service for farm ${farm.id}`);
    const ipvsadm = inTime(ipvsadmProgram(program), timeout, clock);
    return new IpvsDriver({ service, servers: serversOf(options, farm), onDown, weights, ipvsadm }, context);
  },
};

const serviceOf = ({ service }: IpvsHookOptions, { vip }: HookFarm): Service | undefined =>
  parseService(service ?? `tcp ${vip}`);

const serversOf = ({ names = {} }: IpvsHookOptions, { backends }: HookFarm): ReadonlyMap<string, Endpoint> =>
  new Map(
    backends.flatMap(({ id, host, port }): [string, Endpoint][] => {
      const address = canonicalAddress(host);
      const named = Object.hasOwn(names, id) ? parseEndpoint(names[id] ?? '') : undefined;
      const endpoint = named ?? (address === undefined ? undefined : { address, port });
      return endpoint ? [[id, endpoint]] : [];
    }),
  );

/** The same, but one that takes longer is killed. */
const inTime =
  (ipvsadm: Ipvsadm, timeoutMs: number, clock: Clock): Ipvsadm =>
  (args, signal) =>
    within({ clock, timeoutMs, signal }, (signal) => ipvsadm(args, signal)).catch((error) => {
      throw signal.aborted ? new Error('cancelled') : error;
    });
