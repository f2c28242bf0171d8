import { absolutePath, listFolder, listingLine, readTestFile } from '../files.ts';
import type { FtpSession } from './ftp-session.ts';
import { transfer } from './transfer.ts';

/** What a command does. */
interface FtpCommand {
  readonly beforeLogin: boolean;
  readonly run: (session: FtpSession, argument: string) => void | Promise<void>;
}

const anyone = (run: FtpCommand['run']): FtpCommand => ({ beforeLogin: true, run });
const member = (run: FtpCommand['run']): FtpCommand => ({ beforeLogin: false, run });

const logIn = (session: FtpSession, password: string): void => {
  const { user = '', site } = session;
  const isAnonymous = site.anonymous && (user === 'anonymous' || user === 'ftp');
  const isKnown = Object.hasOwn(site.users, user) && site.users[user] === password;
  session.loggedIn = (isAnonymous || isKnown) && !site.faults.has('auth-refused');
  if (session.loggedIn) session.reply(230, 'Login successful.');
  else session.reply(530, 'Login incorrect.');
};

const advertise = async (session: FtpSession): Promise<number> =>
  session.site.faults.has('data-refused') ? session.data.refuse() : session.data.expect();

const passive = async (session: FtpSession): Promise<void> => {
  const { host, faults } = session.site;
  if (host.includes(':')) return session.reply(425, 'PASV knows only IPv4, use EPSV.');
  const port = await advertise(session);
  const address = (faults.has('pasv-elsewhere') ? '192.0.2.1' : host).replaceAll('.', ',');
  session.reply(227, `Entering Passive Mode (${address},${port >> 8},${port & 255}).`);
};

const extendedPassive = async (session: FtpSession): Promise<void> => {
  if (session.site.faults.has('epsv-refused')) return session.reply(500, 'Unknown command.');
  session.reply(229, `Entering Extended Passive Mode (|||${await advertise(session)}|)`);
};

const fileAt = (session: FtpSession, path: string): Buffer | undefined =>
  readTestFile(session.site.files, absolutePath(path, session.folder), session.site.faults);

const retrieve = async (session: FtpSession, path: string): Promise<void> => {
  const content = fileAt(session, path);
  if (!content) return session.reply(550, 'Failed to open file.');
  await transfer(session, content);
};

const size = (session: FtpSession, path: string): void => {
  const content = fileAt(session, path);
  if (content) session.reply(213, String(content.length));
  else session.reply(550, 'Could not get file size.');
};

const changeFolder = (session: FtpSession, path: string): void => {
  const folder = absolutePath(path, session.folder);
  if (listFolder(session.site.files, folder, session.site.faults)) {
    session.folder = folder;
    session.reply(250, 'Directory successfully changed.');
  } else session.reply(550, 'Failed to change directory.');
};

/** LIST prints what `ls -l` would, NLST only names; options such as `-a` change nothing. */
const list =
  (style: 'long' | 'names') =>
  async (session: FtpSession, argument: string): Promise<void> => {
    const path = argument.replace(/^(-\S*\s*)+/, '');
    const entries = listFolder(session.site.files, absolutePath(path, session.folder), session.site.faults) ?? [];
    const lines = entries.map((entry) => (style === 'names' ? entry.name : listingLine(entry)));
    await transfer(session, Buffer.from(lines.map((line) => `${line}\r\n`).join('')));
  };

/** The commands the test server knows, by their word (RFC 959, 2389, 2428, 3659). */
export const ftpCommands: ReadonlyMap<string, FtpCommand> = new Map(
  Object.entries({
    USER: anyone((session, name) => {
      session.user = name;
      session.loggedIn = false;
      session.reply(331, 'Please specify the password.');
    }),
    PASS: anyone((session, password) => {
      if (session.user === undefined) session.reply(503, 'Login with USER first.');
      else logIn(session, password);
    }),
    FEAT: anyone((session) => session.reply(211, 'Features:', ['EPSV', 'PASV', 'SIZE'])),
    SYST: anyone((session) => session.reply(215, 'UNIX Type: L8')),
    NOOP: anyone((session) => session.reply(200, 'NOOP ok.')),
    QUIT: anyone((session) => {
      session.reply(221, 'Goodbye.');
      session.end();
    }),
    TYPE: member((session, type) => {
      if (/^(?:[AI]|A N|L 8)$/i.test(type)) session.reply(200, 'Type set.');
      else session.reply(504, 'Type not supported.');
    }),
    PWD: member((session) => session.reply(257, `"${session.folder.replaceAll('"', '""')}" is the current directory`)),
    CWD: member(changeFolder),
    SIZE: member(size),
    PASV: member(passive),
    EPSV: member(extendedPassive),
    RETR: member(retrieve),
    LIST: member(list('long')),
    NLST: member(list('names')),
  }),
);
