import { dataCommands } from './data-commands.ts';
import { fileCommands } from './file-commands.ts';
import { anyone, type FtpCommand, member } from './ftp-command.ts';
import { loginCommands } from './login-commands.ts';
import { tlsCommands } from './tls-commands.ts';

const features: FtpCommand['run'] = (session) =>
  session.reply(211, 'Features:', [
    ...(session.site.tls ? ['AUTH TLS', 'PBSZ', 'PROT'] : []),
    'EPRT',
    'EPSV',
    'PASV',
    'SIZE',
  ]);

const setType: FtpCommand['run'] = (session, type) => {
  if (/^(?:[AI]|A N|L 8)$/i.test(type)) session.reply(200, 'Type set.');
  else session.reply(504, 'Type not supported.');
};

const stayAwake: FtpCommand['run'] = (session) => {
  const { faults } = session.site;
  if (faults.has('idle-silence')) return;
  if (faults.has('idle-reset')) return session.reset();
  if (!faults.has('idle-timeout')) return session.reply(200, 'NOOP ok.');
  session.reply(421, 'Timeout.');
  session.end();
};

const leave: FtpCommand['run'] = (session) => {
  session.reply(221, 'Goodbye.');
  session.end();
};

/** The commands the test server knows, by their word (RFC 959, 2389, 2428, 3659, 4217). */
export const ftpCommands: ReadonlyMap<string, FtpCommand> = new Map(
  Object.entries({
    ...loginCommands,
    ...tlsCommands,
    ...dataCommands,
    ...fileCommands,
    FEAT: anyone(features),
    SYST: anyone((session) => session.reply(215, 'UNIX Type: L8')),
    NOOP: anyone(stayAwake),
    QUIT: anyone(leave),
    TYPE: member(setType),
  }),
);
