import { classifyNetworkError, connectTcp } from '../../src/checker/index.ts';
import { isSameAddress, parsePorts, plainAddress } from './address.ts';
import type { Control } from './control.ts';
import type { DataChannel } from './data-channel.ts';
import { DeepFailure, outOfProtocol } from './deep-failure.ts';
import { endsOf } from './ends.ts';
import type { FtpOptions } from './options.ts';
import type { Reply } from './reply.ts';
import type { TransferRun } from './transfer.ts';

/** Where a server says it waits for the data connection. */
interface Advertised {
  readonly mode: 'epsv' | 'pasv';
  readonly port: number;
  /** Only of PASV. */
  readonly address?: string;
}

/** The port of a 229 reply, `(|||6446|)` with any delimiter (RFC 2428, 3); `undefined` when it has none. */
export const epsvPort = (said: string): number | undefined => {
  const digits = /\(([!-~ ])\1\1(\d{1,5})\1\)/.exec(said)?.[2];
  return digits === undefined ? undefined : portOf(Number(digits));
};

/** Address and port of a 227 reply, `h1,h2,h3,h4,p1,p2` (RFC 959, 4.1.2); `undefined` when it has none. */
export const pasvAddress = (said: string): { readonly address: string; readonly port: number } | undefined => {
  const numbers = /(?<!\d)(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})(?!\d)/
    .exec(said)
    ?.slice(1)
    .map(Number);
  if (!numbers || numbers.some((n) => n > 255)) return undefined;
  const [high = 0, low = 0] = numbers.slice(4);
  const port = portOf(high * 256 + low);
  return port === undefined ? undefined : { address: numbers.slice(0, 4).join('.'), port };
};

const portOf = (port: number): number | undefined => (port >= 1 && port <= 65_535 ? port : undefined);

/**
 * Opens a data connection in passive mode. Dials the host of the control connection, whatever address a 227 advertises:
 * a server must not be able to make us connect elsewhere. With `pasvFollow` it dials the advertised address, which then
 * is one that `pasvAddress` lists.
 *
 * @throws DeepFailure, or the signal's reason
 */
export const openPassive = async (
  control: Control,
  { options, context: { signal }, watch, learn }: TransferRun,
): Promise<DataChannel> => {
  const { localAddress, remoteAddress } = endsOf(control);
  const { mode, port, address } = await negotiate(control, options);
  const facts = { dataMode: mode, dataPort: port, ...(address !== undefined && { pasvAddress: address }) };
  learn?.(facts);
  judgePort(mode, port, options);
  const listed = address !== undefined && isListed(address, plainAddress(remoteAddress), options);
  watch.waitingFor = 'data connection';
  const host = address !== undefined && listed && options.pasvFollow ? address : remoteAddress;
  // From where the control connection comes, or servers refuse it.
  const socket = await connectTcp({ host, port, source: localAddress }, { signal }).catch((error) => {
    throw signal.aborted ? error : notDialled(error, port);
  });
  control.note(`data connection to ${host} port ${port}`);
  return {
    facts,
    connection: Promise.resolve(socket),
    stranger: undefined,
    async [Symbol.asyncDispose]() {
      socket.destroy();
    },
  };
};

/**
 * EPSV, PASV, or with `passive` EPSV and PASV where EPSV is refused (5xx): a data connection that fails is a finding,
 * not a reason to try another way. Only PASV has an address to look at, so `pasvAddress` makes `passive` mean PASV.
 */
const negotiate = async (control: Control, { data = 'passive', pasvAddress }: FtpOptions): Promise<Advertised> => {
  if (data === 'pasv' || (data === 'passive' && pasvAddress?.length)) return askPasv(control);
  const reply = await control.ask('EPSV');
  if (reply.code === 229) return fromEpsv(reply);
  if (data === 'epsv' || reply.code < 500) throw refused('EPSV', 'epsv-refused', reply);
  return askPasv(control);
};

const fromEpsv = ({ said }: Reply): Advertised => {
  const port = epsvPort(said);
  if (port === undefined) throw outOfProtocol(`EPSV gives no port: ${said}`);
  return { mode: 'epsv', port };
};

const askPasv = async (control: Control): Promise<Advertised> => {
  const reply = await control.ask('PASV');
  if (reply.code !== 227) throw refused('PASV', 'pasv-refused', reply);
  const advertised = pasvAddress(reply.said);
  if (!advertised) throw outOfProtocol(`PASV gives no address: ${reply.said}`);
  return { mode: 'pasv', ...advertised };
};

const refused = (command: string, code: 'epsv-refused' | 'pasv-refused', { code: reply, said }: Reply): DeepFailure =>
  reply < 400
    ? outOfProtocol(`unexpected answer to ${command}: ${said}`)
    : new DeepFailure(
        'CRITICAL',
        code,
        `${command} refused: ${said}`,
        `Allow passive mode on the server, or choose another way with data (${command} is what it refused).`,
      );

/** @throws DeepFailure when addresses are listed and this is none of them */
const isListed = (address: string, peer: string, { pasvAddress: listed = [] }: FtpOptions): boolean => {
  const expected = listed.map((entry) => (entry === 'control' ? peer : entry));
  if (expected.some((entry) => isSameAddress(entry, address))) return true;
  if (expected.length === 0) return false;
  throw new DeepFailure(
    'CRITICAL',
    'pasv-address',
    `PASV advertises ${address}, not ${expected.join(' or ')}`,
    'Tell the server which address its clients reach: MasqueradeAddress (ProFTPD), pasv_address (vsftpd), -P (pure-ftpd).',
  );
};

/** @throws DeepFailure when a range is given and the port is outside of it */
const judgePort = (mode: Advertised['mode'], port: number, { pasvPorts = '1-65535' }: FtpOptions): void => {
  const range = parsePorts(pasvPorts);
  if (range && port >= range.lowest && port <= range.highest) return;
  throw new DeepFailure(
    'CRITICAL',
    'pasv-port-range',
    `${mode.toUpperCase()} advertises port ${port}, outside ${pasvPorts}`,
    'Set the range on the server: PassivePorts (ProFTPD), pasv_min_port and pasv_max_port (vsftpd), -p (pure-ftpd); ProFTPD leaves it when all its ports are in use.',
  );
};

const notDialled = (error: unknown, port: number): DeepFailure => {
  const fault = classifyNetworkError(error);
  const summary = `data connection to port ${port} failed: ${fault.text}`;
  if (fault.status === 'UNKNOWN') return new DeepFailure('UNKNOWN', 'local-fault', summary, fault.remedy);
  return new DeepFailure(
    'CRITICAL',
    'data-refused',
    summary,
    "Let the server's passive ports through the firewall and the load balancer.",
  );
};
