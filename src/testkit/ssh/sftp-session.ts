import type { Attributes, FileEntry, SFTPWrapper } from 'ssh2';
import { absolutePath, type FolderEntry, listFolder, listingLine, readTestFile } from '../files.ts';
import type { SshSite } from './ssh-session.ts';

/** Status codes of SFTP version 3 (draft-ietf-secsh-filexfer-02, section 7). */
const status = { ok: 0, eof: 1, noSuchFile: 2, permissionDenied: 3, failure: 4 } as const;

/** SSH_FXF_READ, the only open flag that is granted. */
const readFlag = 1;

/** Something a client has opened. */
type Opened = { readonly content: Buffer } | { readonly entries: FolderEntry[] };

/** Serves the files of a test server over SFTP, read-only. */
export const serveSftp = (sftp: SFTPWrapper, { files, faults, dialogue, clock }: SshSite): void => {
  const opened = new Map<number, Opened>();
  let lastHandle = 0;
  const open = (id: number, what: Opened): void => {
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(++lastHandle);
    opened.set(lastHandle, what);
    sftp.handle(id, handle);
  };
  const openedBy = (handle: Buffer): Opened | undefined =>
    handle.length === 4 ? opened.get(handle.readUInt32BE()) : undefined;

  const attributes = (size: number, isFolder: boolean): Attributes => {
    const seconds = Math.floor(clock.wallTime() / 1_000);
    return { mode: isFolder ? 0o40755 : 0o100644, uid: 0, gid: 0, size, atime: seconds, mtime: seconds };
  };
  const describeEntry = (entry: FolderEntry): FileEntry => ({
    filename: entry.name,
    longname: listingLine(entry),
    attrs: attributes(entry.size, entry.isFolder),
  });
  const describe = (id: number, path: string): void => {
    dialogue.note(`sftp stat ${path}`);
    const content = readTestFile(files, path, faults);
    if (content) sftp.attrs(id, attributes(content.length, false));
    else if (listFolder(files, path, faults)) sftp.attrs(id, attributes(0, true));
    else sftp.status(id, status.noSuchFile);
  };

  // A client that breaks the protocol is no error here.
  sftp.on('error', () => {});
  // OpenSSH says that it is done, and then waits for the channel to be closed.
  sftp.on('end', () => sftp.end());
  sftp.on('OPEN', (id, path, flags) => {
    dialogue.note(`sftp open ${path}`);
    if (flags !== readFlag) return sftp.status(id, status.permissionDenied);
    const content = readTestFile(files, path, faults);
    if (content) open(id, { content });
    else sftp.status(id, status.noSuchFile);
  });
  sftp.on('READ', (id, handle, offset, length) => {
    const what = openedBy(handle);
    if (!what || !('content' in what)) return sftp.status(id, status.failure);
    if (offset >= what.content.length) return sftp.status(id, status.eof);
    sftp.data(id, what.content.subarray(offset, offset + length));
  });
  sftp.on('OPENDIR', (id, path) => {
    dialogue.note(`sftp list ${path}`);
    const entries = listFolder(files, path, faults);
    if (entries) open(id, { entries });
    else sftp.status(id, status.noSuchFile);
  });
  sftp.on('READDIR', (id, handle) => {
    const what = openedBy(handle);
    if (!what || !('entries' in what)) return sftp.status(id, status.failure);
    const entries = what.entries.splice(0);
    if (entries.length === 0) return sftp.status(id, status.eof);
    sftp.name(id, entries.map(describeEntry));
  });
  sftp.on('FSTAT', (id, handle) => {
    const what = openedBy(handle);
    if (!what) return sftp.status(id, status.failure);
    sftp.attrs(id, 'content' in what ? attributes(what.content.length, false) : attributes(0, true));
  });
  sftp.on('CLOSE', (id, handle) => {
    const isOpen = openedBy(handle) !== undefined;
    if (isOpen) opened.delete(handle.readUInt32BE());
    sftp.status(id, isOpen ? status.ok : status.failure);
  });
  sftp.on('STAT', describe);
  sftp.on('LSTAT', describe);
  sftp.on('REALPATH', (id, path) => {
    const absolute = absolutePath(path);
    sftp.name(id, [{ filename: absolute, longname: absolute, attrs: attributes(0, false) }]);
  });
};
