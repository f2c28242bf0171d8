import {
  type CheckContext,
  type CheckResult,
  classifyNetworkError,
  DeadlineExceeded,
  result,
  type Status,
  type Stopwatch,
  type Target,
} from '../../src/checker/index.ts';
import { type FtpOptions, isDeep } from './options.ts';

/** The words of `--mismatch` and `--refuse` as statuses. */
export const statusOf = { ok: 'OK', warn: 'WARNING', crit: 'CRITICAL' } as const satisfies Record<string, Status>;

/** What summaries call the target. */
export const labelOf = ({ host, port, label }: Target): string =>
  label ?? (host.startsWith('/') ? `socket ${host}` : `${host} port ${port}`);

/** The result of a connection that could not be opened. */
export const notConnected = (error: unknown, target: Target, options: FtpOptions, watch: Stopwatch): CheckResult => {
  const { host, port } = target;
  const fault = classifyNetworkError(error);
  // It was open, but a server that resets at once can be quicker than the news of it.
  if (fault.code === 'reset') return noData('reset', watch);
  const status = fault.code === 'refused' && options.refuse ? statusOf[options.refuse] : fault.status;
  const where = host.startsWith('/') ? `connect to file socket ${host}` : `connect to address ${host} and port ${port}`;
  // What this machine lacks is no verdict on the server, but the classic plugin knows no such difference.
  const isClassic = fault.code !== 'dns' && !(isDeep(options) && status === 'UNKNOWN');
  return result({
    status,
    code: status === 'OK' ? 'ok' : fault.code,
    summary: `${fault.code === 'dns' ? `cannot resolve ${host}` : where}: ${fault.text}`,
    ...(isClassic && { line: `${where}: ${fault.text}` }),
    remedy: fault.remedy,
    steps: watch.steps(fault.code),
  });
};

/** The result of a connection that ends before the first byte. */
export const noData = (code: 'reset' | 'no-data', watch: Stopwatch): CheckResult =>
  result({
    status: 'CRITICAL',
    code,
    summary: 'No data received from host',
    line: 'No data received from host',
    remedy: 'The server, or what stands before it, closes connections without a greeting: look at its log and limits.',
    steps: watch.steps(code),
  });

/** What to do about a server that does all that is asked, but late. */
export const tooSlow = 'The server answers, but later than the thresholds allow: look at its load.';

/** Stages whose timeout the classic plugin knows, and its words for it. */
const classicStages: readonly string[] = ['connect', 'tls', 'greeting'];

/**
 * The result of a run whose time is up.
 *
 * @throws the signal's reason when the run was cancelled instead
 */
export const timedOut = ({ signal, timeoutMs }: CheckContext, target: Target, watch: Stopwatch): CheckResult => {
  if (!(signal.reason instanceof DeadlineExceeded)) throw signal.reason;
  const { stage, waitingFor, repetition } = watch;
  const seconds = timeoutMs / 1_000;
  const { code, remedy } = late[waitingFor] ?? lateOtherwise;
  return result({
    status: 'CRITICAL',
    code,
    summary: `stuck at ${stage}${repetition && ` of ${repetition}`} on ${labelOf(target)}, no verdict within ${seconds} s`,
    ...(classicStages.includes(stage) && { line: `CRITICAL - Socket timeout after ${seconds} seconds` }),
    remedy,
    steps: watch.steps(code),
  });
};

const lateOtherwise = {
  code: 'timeout',
  remedy: 'The server accepts connections but does not answer in time: look at its load and its log.',
};

const late: Readonly<Record<string, { readonly code: string; readonly remedy: string }>> = {
  connect: { code: 'connect-timeout', remedy: 'The server does not answer: is it up, is the port filtered?' },
  tls: {
    code: 'tls-handshake',
    remedy: 'The server accepts connections, but its TLS handshake does not end: look at its load and its log.',
  },
  'data connection': {
    code: 'data-timeout',
    remedy: "The data connection does not open: let the server's passive ports through the firewall.",
  },
  'active connection': {
    code: 'active-no-connect',
    remedy:
      'The server never connected to the announced address: let it through the firewalls, and look at --active-address.',
  },
  'data handshake': {
    code: 'tls-handshake',
    remedy: 'The data connection is open, but its TLS handshake does not end: look at the log of the server.',
  },
  transfer: {
    code: 'data-timeout',
    remedy: 'The data connection is open but nothing comes over it: look at the server and the path to it.',
  },
  noop: {
    code: 'idle-cut',
    remedy:
      'The idle control connection was cut in silence, so long transfers will hang: raise the idle timeout of the load balancer (Azure: 4 minutes by default) and of firewalls on the way, or let it reset what it drops.',
  },
  completion: {
    code: 'transfer-incomplete',
    remedy: 'The file came, but the server never confirmed the transfer (226): look at its log.',
  },
};
