import { readFile } from 'node:fs/promises';

/** States of sockets that wait for somebody: TCP_LISTEN, and TCP_CLOSE as an unconnected UDP socket has it. */
const waiting = { tcp: '0A', tcp6: '0A', udp: '07', udp6: '07' };

/**
 * Whether some socket waits on this port in the network namespace of process `pid`, in TCP or in UDP: as much as can be
 * seen of a server on a machine that ours has no way to. Format: proc(5), /proc/net/tcp.
 */
export const hasBound = async (pid: number, port: number): Promise<boolean> => {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  for (const [protocol, state] of Object.entries(waiting)) {
    const table = await readFile(`/proc/${pid}/net/${protocol}`, 'utf8');
    const isIt = new RegExp(`^ *\\d+: [0-9A-F]+:${hex} \\S+ ${state} `, 'm');
    if (isIt.test(table)) return true;
  }
  return false;
};
