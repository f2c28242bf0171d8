import { anyone, type FtpCommand } from './ftp-command.ts';
import type { FtpSession } from './ftp-session.ts';

const name: FtpCommand['run'] = (session, user) => {
  session.loggedIn = false;
  if (session.site.tls?.required && !session.secured) return session.reply(530, 'Sessions must use encryption.');
  session.user = user;
  session.reply(331, 'Please specify the password.');
};

const prove: FtpCommand['run'] = (session, password) => {
  const { user, site } = session;
  if (user === undefined) return session.reply(503, 'Login with USER first.');
  session.password = password;
  if (!isKnown(session)) session.reply(530, 'Login incorrect.');
  else if (site.account !== undefined) session.reply(332, 'Need account for login.');
  else admit(session);
};

const giveAccount: FtpCommand['run'] = (session, account) => {
  if (session.site.account === undefined) session.reply(202, 'ACCT is superfluous here.');
  else if (session.password === undefined || !isKnown(session)) session.reply(503, 'Login with USER first.');
  else if (account === session.site.account) admit(session);
  else session.reply(530, 'Login incorrect.');
};

const isKnown = ({ user = '', password, site }: FtpSession): boolean => {
  const isAnonymous = site.anonymous && (user === 'anonymous' || user === 'ftp');
  const isUser = Object.hasOwn(site.users, user) && site.users[user] === password;
  return (isAnonymous || isUser) && !site.faults.has('auth-refused');
};

const admit = (session: FtpSession): void => {
  session.loggedIn = true;
  session.reply(230, 'Login successful.');
};

/** The commands that let a user in (RFC 959, section 4.1.1). */
export const loginCommands: Readonly<Record<string, FtpCommand>> = {
  USER: anyone(name),
  PASS: anyone(prove),
  ACCT: anyone(giveAccount),
};
