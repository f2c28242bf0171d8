import { isIP } from 'node:net';
import { absolutePath, listFolder, listingLine } from '../files.ts';
import { type FtpCommand, member } from './ftp-command.ts';
import type { FtpSession } from './ftp-session.ts';
import { send } from './transfer.ts';

const advertise = async (session: FtpSession): Promise<number> =>
  session.site.faults.has('data-refused') ? session.data.refuse() : session.data.expect();

const passive: FtpCommand['run'] = async (session) => {
  const { host, faults } = session.site;
  if (host.includes(':')) return session.reply(425, 'PASV knows only IPv4, use EPSV.');
  const port = await advertise(session);
  const address = (faults.has('pasv-elsewhere') ? '192.0.2.1' : host).replaceAll('.', ',');
  const where = faults.has('pasv-garbage') ? '300,1,2,,4,99999' : `${address},${port >> 8},${port & 255}`;
  session.reply(227, `Entering Passive Mode (${where}).`);
};

const extendedPassive: FtpCommand['run'] = async (session) => {
  const { faults } = session.site;
  if (faults.has('epsv-refused')) return session.reply(500, 'Unknown command.');
  const port = await advertise(session);
  session.reply(229, `Entering Extended Passive Mode (|||${faults.has('pasv-garbage') ? '99999' : port}|)`);
};

/** The client must announce itself: anything else would let it direct us at others (RFC 2577, section 3). */
const active =
  (
    command: 'PORT' | 'EPRT',
    read: (argument: string) => { readonly host: string; readonly port: number } | undefined,
  ): FtpCommand['run'] =>
  (session, argument) => {
    const { site, data, clientAddress } = session;
    const told = read(argument);
    const illegal = !told || told.host !== clientAddress || told.port < 1 || told.port > 65_535;
    if (illegal || site.faults.has('active-refused')) return session.reply(500, `Illegal ${command} command.`);
    const call = {
      ...told,
      localAddress: site.host,
      ...(site.activeSourcePort && { localPort: site.activeSourcePort }),
    };
    const strangers = site.faults.has('active-wrong-source') ? [{ ...told, localAddress: '127.0.0.2' }] : [];
    data.callBack(strangers, site.faults.has('active-silence') ? undefined : call);
    session.reply(200, `${command} command successful.`);
  };

/** `h1,h2,h3,h4,p1,p2` (RFC 959, section 4.1.2). */
const readPort = (argument: string) => {
  const numbers = /^(?:\d{1,3},){5}\d{1,3}$/.test(argument) ? argument.split(',').map(Number) : [];
  const [high = 0, low = 0] = numbers.slice(4);
  return numbers.length === 6 ? { host: numbers.slice(0, 4).join('.'), port: high * 256 + low } : undefined;
};

/** `|family|address|port|` with any delimiter (RFC 2428, section 2). */
const readExtendedPort = (argument: string) => {
  const [, , family, host = '', port] = /^([!-~])([12])\1([^|]+)\1(\d{1,5})\1$/.exec(argument) ?? [];
  return isIP(host) === (family === '2' ? 6 : 4) ? { host, port: Number(port) } : undefined;
};

/** LIST prints what `ls -l` would, NLST only names; options such as `-a` change nothing. */
const list =
  (style: 'long' | 'names'): FtpCommand['run'] =>
  async (session, argument) => {
    const path = argument.replace(/^(-\S*\s*)+/, '');
    const entries = listFolder(session.site.files, absolutePath(path, session.folder), session.site.faults) ?? [];
    const lines = entries.map((entry) => (style === 'names' ? entry.name : listingLine(entry)));
    await send(session, Buffer.from(lines.map((line) => `${line}\r\n`).join('')));
  };

/** The commands that agree on a data connection (RFC 959, 2428), and the listings that go over it. */
export const dataCommands: Readonly<Record<string, FtpCommand>> = {
  PASV: member(passive),
  EPSV: member(extendedPassive),
  PORT: member(active('PORT', readPort)),
  EPRT: member(active('EPRT', readExtendedPort)),
  LIST: member(list('long')),
  NLST: member(list('names')),
};
