import type { ReasonCode } from './reason-code.ts';
import type { Status } from './status.ts';

/** A failed system call, judged once, next to the socket. */
export interface NetworkFault {
  readonly status: Status;
  readonly code: ReasonCode;
  /** The C library's words, as the classic plugins print them. */
  readonly text: string;
  readonly remedy: string;
}

const fault = (status: Status, code: ReasonCode, text: string, remedy: string): NetworkFault => ({
  status,
  code,
  text,
  remedy,
});

const ours = (text: string, remedy: string) => fault('UNKNOWN', 'local-fault', text, remedy);
const noFiles = 'Raise the limit of open files of the guardian (LimitNOFILE= in its unit, ulimit -n).';
const noRoute = 'This machine has no route to the server: look at its own network before blaming the server.';

const faults: Readonly<Record<string, NetworkFault>> = {
  ECONNREFUSED: fault(
    'CRITICAL',
    'refused',
    'Connection refused',
    'Nothing listens on this port: start the server, or check the port.',
  ),
  ECONNRESET: fault(
    'CRITICAL',
    'reset',
    'Connection reset by peer',
    'The server, or a firewall before it, cut the connection.',
  ),
  EPIPE: fault('CRITICAL', 'reset', 'Broken pipe', 'The server, or a firewall before it, cut the connection.'),
  ETIMEDOUT: fault(
    'CRITICAL',
    'connect-timeout',
    'Connection timed out',
    'The server does not answer: is it up, is it filtered?',
  ),
  EHOSTUNREACH: fault(
    'CRITICAL',
    'unreachable',
    'No route to host',
    'The server does not answer on its network: is it up?',
  ),
  EHOSTDOWN: fault('CRITICAL', 'unreachable', 'Host is down', 'The server does not answer on its network: is it up?'),
  ENOENT: fault(
    'CRITICAL',
    'refused',
    'No such file or directory',
    'The socket does not exist: start the server, or check the path.',
  ),
  ENETUNREACH: ours('Network is unreachable', noRoute),
  EADDRNOTAVAIL: ours('Cannot assign requested address', 'The source address is not ours, or no local port is free.'),
  EAFNOSUPPORT: ours('Address family not supported by protocol', 'This machine has no addresses of that family.'),
  EACCES: ours('Permission denied', 'A local firewall or a missing permission forbids this connection.'),
  EPERM: ours('Operation not permitted', 'A local firewall or a missing permission forbids this connection.'),
  EMFILE: ours('Too many open files', noFiles),
  ENFILE: ours('Too many open files in system', noFiles),
  ENOBUFS: ours('No buffer space available', 'This machine is out of network buffers.'),
  ENOMEM: ours('Cannot allocate memory', 'This machine is out of memory.'),
  EINVAL: ours('Invalid argument', 'The address cannot be used from here.'),
};

const dns = fault(
  'UNKNOWN',
  'dns',
  'Name or service not known',
  'Check the host name and the resolver of this machine.',
);

/**
 * What a failed connect, read or write means. Only what the server or the path to it did is CRITICAL; what this
 * machine lacks (DNS, files, routes, addresses) is UNKNOWN.
 */
export const classifyNetworkError = (error: unknown): NetworkFault => {
  const { code = '', message = String(error), syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'getaddrinfo' || code === 'ENOTFOUND' || code.startsWith('EAI_')) return dns;
  return faults[code] ?? ours(message, 'An unexpected local error: please report it.');
};
