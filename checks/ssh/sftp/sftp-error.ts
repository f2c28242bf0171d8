/** Status codes of SFTP version 3 (draft-ietf-secsh-filexfer-02, section 7). */
export const statusCodes = { ok: 0, eof: 1, noSuchFile: 2, permissionDenied: 3, failure: 4, unsupported: 8 } as const;

/** What an SFTP server answers that does not do what it is asked. */
export class SftpStatus extends Error {
  override readonly name = 'SftpStatus';
  readonly code: number;

  /** @param message as the server worded it, to be cleaned before it is shown */
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Thrown when a channel carries no SFTP any more: it was closed, something else came, or what RFC drafts do not allow. */
export class SftpBroken extends Error {
  override readonly name = 'SftpBroken';
  readonly kind: 'closed' | 'garbage' | 'protocol';

  /** @param message may have in it what the server said, to be cleaned before it is shown */
  constructor(kind: SftpBroken['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}
