import type { DesiredState } from '../../health/desired-state.ts';

/** Bits of `srv_admin_state` (HAProxy's management guide, `show servers state`). */
const bits = { forcedMaint: 0x01, inheritedMaint: 0x02, configMaint: 0x04, drain: 0x08 | 0x10, resolution: 0x20 };

/** What an operator, or we, ordered of a server. */
export interface ServerOrder {
  readonly state: DesiredState;
  /** For people: `ready`, `DRAIN`, `MAINT`, `MAINT (config)` … */
  readonly word: string;
}

/** Our words for states, as HAProxy takes them. */
export const wordFor = { up: 'ready', drain: 'drain', down: 'maint' } as const satisfies Record<DesiredState, string>;

/**
 * Reads what `show servers state` printed of one backend, by name of the server; `undefined` when it is not that, or
 * not whole. Format 1: the version, a comment that names the columns, a line for each server, an empty one.
 */
export const parseServersState = (text: string): ReadonlyMap<string, ServerOrder> | undefined => {
  const [head = '', ...lines] = /(?:^|\n)1\n# ([\s\S]*)$/.exec(text)?.[1]?.split('\n') ?? [];
  const columns = head.split(' ');
  const [name, admin] = [columns.indexOf('srv_name'), columns.indexOf('srv_admin_state')];
  const end = lines.indexOf('');
  // What follows the last line end is no empty line.
  if (name < 0 || admin < 0 || end < 0 || end === lines.length - 1) return undefined;
  const servers = new Map<string, ServerOrder>();
  for (const line of lines.slice(0, end)) {
    const values = line.split(' ');
    const flags = Number(values[admin]);
    if (values.length !== columns.length || !Number.isInteger(flags)) return undefined;
    servers.set(values[name] ?? '', orderOf(flags));
  }
  return servers;
};

const orderOf = (flags: number): ServerOrder => {
  if (flags & bits.configMaint && flags & bits.forcedMaint) return { state: 'down', word: 'MAINT (config)' };
  if (flags & bits.forcedMaint) return { state: 'down', word: 'MAINT' };
  if (flags & bits.inheritedMaint) return { state: 'down', word: 'MAINT (as the server it tracks)' };
  if (flags & bits.resolution) return { state: 'down', word: 'MAINT (its name does not resolve)' };
  return flags & bits.drain ? { state: 'drain', word: 'DRAIN' } : { state: 'up', word: 'ready' };
};

/** Which process of HAProxy answered, from `show info`: after a restart or a reload it is another one. */
export const parseProcess = (text: string): string | undefined => {
  const pid = /^Pid: (\d+)$/m.exec(text)?.[1];
  const startedAt = /^Start_time_sec: (\d+)$/m.exec(text)?.[1] ?? '';
  return pid === undefined ? undefined : `${pid} ${startedAt}`;
};
