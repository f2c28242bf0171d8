import type { FolderEntry } from '../files.ts';

/** Status codes of SFTP version 3 (draft-ietf-secsh-filexfer-02, section 7). */
export const status = { ok: 0, eof: 1, noSuchFile: 2, permissionDenied: 3, failure: 4 } as const;

/** Something a client has opened. */
export type Opened =
  | { readonly content: Buffer }
  | { readonly entries: FolderEntry[] }
  | { readonly store: string; pieces: Buffer };

/** What a client has opened, by handle. */
export interface OpenedThings {
  open(id: number, what: Opened): void;
  by(handle: Buffer): Opened | undefined;
  /** Refuses, with a text that faults may spoil. */
  refuse(id: number, code: number, text?: string): void;
}
