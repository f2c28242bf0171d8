import type { FtpSession } from './ftp-session.ts';

/** What a command does. */
export interface FtpCommand {
  readonly beforeLogin: boolean;
  readonly run: (session: FtpSession, argument: string) => void | Promise<void>;
}

/** A command that anybody may give. */
export const anyone = (run: FtpCommand['run']): FtpCommand => ({ beforeLogin: true, run });

/** A command for those who have logged in; others get 530. */
export const member = (run: FtpCommand['run']): FtpCommand => ({ beforeLogin: false, run });
