import {
  type CheckContext,
  classifyNetworkError,
  connectTcp,
  type Fact,
  type Stopwatch,
} from '../../src/checker/index.ts';
import type { Control, Reply } from './control.ts';
import { DeepFailure, outOfProtocol } from './deep-failure.ts';
import type { FtpOptions } from './options.ts';

/** How a data connection was opened, as facts of the run. */
export type DataFacts = Readonly<Record<string, Fact>>;

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
 * Opens a data connection in passive mode and hands it to basic-ftp. Always dials the host of the control connection:
 * a server must not be able to make us connect elsewhere. PASV is only tried where EPSV is refused (5xx): a data
 * connection that fails is a finding, not a reason to try another way.
 *
 * @throws DeepFailure, or the signal's reason
 */
export const openPassive = async (
  control: Control,
  mode: NonNullable<FtpOptions['data']>,
  { signal }: CheckContext,
  watch: Stopwatch,
): Promise<DataFacts> => {
  const { port, ...facts } = await negotiate(control, mode);
  const { ftp } = control.client;
  const host = ftp.socket.remoteAddress;
  if (!host) throw outOfProtocol('the control connection has no address to open a data connection to');
  watch.waitingFor = 'data connection';
  try {
    ftp.dataSocket = await connectTcp({ host, port }, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    const fault = classifyNetworkError(error);
    const summary = `data connection to port ${port} failed: ${fault.text}`;
    if (fault.status === 'UNKNOWN') throw new DeepFailure('UNKNOWN', 'local-fault', summary, fault.remedy);
    throw new DeepFailure(
      'CRITICAL',
      'data-refused',
      summary,
      "Let the server's passive ports through the firewall and the load balancer.",
    );
  }
  return { ...facts, dataPort: port };
};

const negotiate = async (control: Control, mode: NonNullable<FtpOptions['data']>) => {
  if (mode !== 'pasv') {
    const reply = await control.ask('EPSV');
    if (reply.code === 229) {
      const port = epsvPort(reply.said);
      if (port === undefined) throw outOfProtocol(`EPSV gives no port: ${reply.said}`);
      return { port, dataMode: 'epsv' };
    }
    if (mode === 'epsv' || reply.code < 500) throw refused('EPSV', 'epsv-refused', reply);
  }
  const reply = await control.ask('PASV');
  if (reply.code !== 227) throw refused('PASV', 'pasv-refused', reply);
  const advertised = pasvAddress(reply.said);
  if (!advertised) throw outOfProtocol(`PASV gives no address: ${reply.said}`);
  return { port: advertised.port, dataMode: 'pasv', pasvAddress: advertised.address };
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
