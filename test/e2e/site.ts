/** Where a server runs: its address, and how a program gets there. */
export interface Site {
  /** The address it listens on. */
  readonly host: string;
  /** The port it listens on. Default: one that is free on 127.0.0.1. */
  readonly port?: number;
  /** Whether ours has no way there. Default false. */
  readonly apart?: boolean;
  /** The command that starts another one there, such as `nsenter --net=…`; empty where that takes nothing. */
  readonly enter: readonly string[];
}

/** This machine's loopback. */
export const loopback: Site = { host: '127.0.0.1', enter: [] };

/** The same over IPv6. */
export const loopback6: Site = { host: '::1', enter: [] };
