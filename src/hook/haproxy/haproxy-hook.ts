import { namesComplaint } from '../balancer-names.ts';
import type { HookDriver, HookType } from '../hook.ts';
import { parseHostPort } from '../host-port.ts';
import { AgentDriver } from './agent-driver.ts';
import { HaproxyDriver } from './haproxy-driver.ts';
import { type HaproxyHookOptions, haproxyHookOptions, haproxyName } from './options.ts';

/**
 * Brings a backend of HAProxy to the desired states by its runtime API (`ready`, `drain`, `maint`, read back with
 * `show servers state`), by answering its agent checks, or both.
 */
export const haproxyHook: HookType<HaproxyHookOptions> = {
  name: 'haproxy',
  options: haproxyHookOptions,

  preflight: async ({ names }, farm) => {
    const odd = Object.values(names ?? {}).find((name) => !haproxyName.test(name));
    return odd === undefined ? namesComplaint(farm, names) : `names: HAProxy has no server "${odd}"`;
  },

  create: (options, context) => {
    const { socket, agentListen, warningWeight } = options;
    const place = agentListen === undefined ? undefined : parseHostPort(agentListen);
    const agent = place && new AgentDriver(place, warningWeight, context);
    const runtime = socket === undefined ? undefined : new HaproxyDriver(socket, options, context);
    if (agent && runtime) return both(runtime, agent);
    return runtime ?? agent ?? unreachable();
  },
};

/** The runtime API tells HAProxy at once; its agent checks find the same when they come. */
const both = (runtime: HaproxyDriver, agent: AgentDriver): HookDriver => ({
  name: `${runtime.name}, ${agent.name}`,
  batch: runtime.batch,
  observe: (farm, signal) => runtime.observe(farm, signal),
  apply: async (changes, signal) => {
    await runtime.apply(changes, signal);
    await agent.apply(changes);
  },
  [Symbol.asyncDispose]: async () => {
    await runtime[Symbol.asyncDispose]();
    await agent[Symbol.asyncDispose]();
  },
});

const unreachable = (): never => {
  throw new Error('a haproxy hook needs socket or agentListen');
};
