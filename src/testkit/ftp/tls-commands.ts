import { anyone, type FtpCommand } from './ftp-command.ts';

const startTls: FtpCommand['run'] = (session, mechanism) => {
  const { tls, faults } = session.site;
  if (!tls) return session.reply(502, 'Command not implemented.');
  if (session.secured) return session.reply(503, 'This is TLS already.');
  if (!/^TLS(?:-C)?$/i.test(mechanism)) return session.reply(504, 'Unknown mechanism.');
  if (faults.has('tls-injection')) session.write('234 Proceed.\r\n230 Login successful.\r\n');
  else session.reply(234, 'Proceed with negotiation.');
  session.secure();
};

const onlyOverTls =
  (run: FtpCommand['run']): FtpCommand['run'] =>
  (session, argument) =>
    session.secured ? run(session, argument) : session.reply(503, 'Only over TLS.');

const protect: FtpCommand['run'] = (session, level) => {
  if (!/^[CP]$/i.test(level)) return session.reply(536, 'Only C and P are supported.');
  if (/^P$/i.test(level) && session.site.faults.has('prot-refused')) return session.reply(536, 'P is not supported.');
  session.protectsData = /^P$/i.test(level);
  session.reply(200, `PROT now ${level}.`);
};

/** The commands of FTP over TLS (RFC 4217; RFC 2228). */
export const tlsCommands: Readonly<Record<string, FtpCommand>> = {
  AUTH: anyone(startTls),
  PBSZ: anyone(onlyOverTls((session) => session.reply(200, 'PBSZ=0'))),
  PROT: anyone(onlyOverTls(protect)),
};
