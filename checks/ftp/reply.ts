import type { FTPResponse } from 'basic-ftp';

/** A reply of the server. */
export interface Reply {
  readonly code: number;
  /** The whole reply, cleaned, on one line, the password masked. */
  readonly said: string;
  /** The same, line by line. */
  readonly lines: readonly string[];
}

/**
 * The replies to a transfer command (RFC 959, 5.4): `started` is the 1xx one, or the final one where none comes before
 * it, as when the command is refused; `ended` is the final one. They reject only when the connection is lost.
 */
export interface TransferReplies {
  readonly started: Promise<Reply>;
  readonly ended: Promise<Reply>;
}

/** What basic-ftp hands out: it makes an error of a reply from 400 on, and any other error is a lost connection. */
export const replyOrLoss = (response: FTPResponse | Error): FTPResponse | Error =>
  response instanceof Error && 'code' in response && typeof response.code === 'number'
    ? { code: response.code, message: response.message }
    : response;
