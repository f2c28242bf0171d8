import { isIP } from 'node:net';
import type { Control } from './control.ts';
import { DeepFailure, outOfProtocol } from './deep-failure.ts';
import type { FtpOptions } from './options.ts';
import type { Reply } from './reply.ts';

/** The arguments of PORT: `h1,h2,h3,h4,p1,p2` (RFC 959, 4.1.2). */
export const portArgument = (address: string, port: number): string =>
  [...address.split('.'), port >> 8, port & 255].join(',');

/** The arguments of EPRT: `|family|address|port|` (RFC 2428, 2). */
export const eprtArgument = (address: string, port: number): string =>
  `|${isIP(address) === 6 ? 2 : 1}|${address}|${port}|`;

/**
 * Tells the server where to connect to: with EPRT or PORT as `data` says; `active` is PORT for IPv4 and EPRT for IPv6.
 *
 * @throws DeepFailure `port-refused`; `local-fault` for PORT with an IPv6 address
 */
export const announce = async (
  control: Control,
  data: FtpOptions['data'],
  address: string,
  port: number,
): Promise<'port' | 'eprt'> => {
  const mode = data === 'eprt' || (data === 'active' && isIP(address) === 6) ? 'eprt' : 'port';
  if (mode === 'port' && isIP(address) !== 4)
    throw new DeepFailure(
      'UNKNOWN',
      'local-fault',
      `PORT cannot announce ${address}`,
      'PORT is for IPv4: use data eprt or active, or name an IPv4 address to announce.',
    );
  const argument = mode === 'eprt' ? eprtArgument(address, port) : portArgument(address, port);
  const reply = await control.ask(`${mode.toUpperCase()} ${argument}`);
  if (reply.code < 200 || reply.code > 299) throw refused(mode, reply);
  return mode;
};

const refused = (mode: 'port' | 'eprt', { code, said }: Reply): DeepFailure =>
  code < 400
    ? outOfProtocol(`unexpected answer to ${mode.toUpperCase()}: ${said}`)
    : new DeepFailure(
        'CRITICAL',
        'port-refused',
        `${mode.toUpperCase()} refused: ${said}`,
        'Allow active mode on the server; it may also refuse to connect to an address that is not the one we come from.',
      );
