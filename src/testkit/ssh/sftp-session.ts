import type { Attributes, FileEntry, SFTPWrapper } from 'ssh2';
import { absolutePath, type FolderEntry, listFolder, listingLine, readTestFile } from '../files.ts';
import { type Opened, type OpenedThings, status } from './sftp-opened.ts';
import { serveStoring } from './sftp-storing.ts';
import type { SshVisit } from './ssh-session.ts';

/** SSH_FXF_READ, the only open flag that is granted unless files may be stored. */
const readFlag = 1;

/** What `control-bytes` puts into every text. */
const controlBytes = '\0\x1b[31mred\x07|x=1\u009b\u202e';

const dayMs = 86_400_000;

/** Serves the files of a test server over SFTP, read-only unless the server is writable. */
export const serveSftp = (sftp: SFTPWrapper, visit: SshVisit): void => {
  const { files, faults, dialogue, clock } = visit;
  const opened = new Map<number, Opened>();
  let lastHandle = 0;
  const things: OpenedThings = {
    open(id, what) {
      const handle = Buffer.alloc(4);
      handle.writeUInt32BE(++lastHandle);
      opened.set(lastHandle, what);
      sftp.handle(id, handle);
    },
    by: (handle) => (handle.length === 4 ? opened.get(handle.readUInt32BE()) : undefined),
    refuse: (id, code, text) => sftp.status(id, code, spoil(text ?? usualTexts[code] ?? 'Failure', visit)),
  };

  const attributes = (size: number, isFolder: boolean): Attributes => {
    const ageMs = faults.has('stale-files') ? dayMs : 0;
    const seconds = Math.floor((clock.wallTime() - ageMs) / 1_000);
    return { mode: isFolder ? 0o40755 : 0o100644, uid: 0, gid: 0, size, atime: seconds, mtime: seconds };
  };
  const describeEntry = (entry: FolderEntry): FileEntry => ({
    filename: spoil(entry.name, visit),
    longname: listingLine(entry),
    attrs: attributes(entry.size, entry.isFolder),
  });
  const describe = (id: number, path: string): void => {
    dialogue.note(`sftp stat ${path}`);
    const content = readTestFile(files, path, faults);
    if (content) sftp.attrs(id, attributes(content.length, false));
    else if (listFolder(files, path, faults)) sftp.attrs(id, attributes(0, true));
    else things.refuse(id, status.noSuchFile);
  };

  // A client that breaks the protocol is no error here.
  sftp.on('error', () => {});
  // OpenSSH says that it is done, and then waits for the channel to be closed.
  sftp.on('end', () => sftp.end());
  serveStoring(sftp, visit, things);
  sftp.on('OPEN', (id, path, flags) => {
    dialogue.note(`sftp open ${path}`);
    if (flags !== readFlag) return;
    if (faults.has('denied')) return things.refuse(id, status.permissionDenied);
    const content = readTestFile(files, path, faults);
    if (content) things.open(id, { content });
    else things.refuse(id, status.noSuchFile);
  });
  sftp.on('READ', (id, handle, offset, length) => {
    if (faults.has('transfer-silence')) return;
    if (faults.has('transfer-reset')) return visit.reset();
    const what = things.by(handle);
    if (!what || !('content' in what)) return things.refuse(id, status.failure);
    if (faults.has('empty-reads')) return void sftp.data(id, Buffer.alloc(0));
    if (faults.has('endless-file')) return void sftp.data(id, Buffer.alloc(length, 'moo\n'));
    if (offset >= what.content.length) return void sftp.status(id, status.eof);
    sftp.data(id, what.content.subarray(offset, offset + length));
  });
  sftp.on('OPENDIR', (id, path) => {
    dialogue.note(`sftp list ${path}`);
    if (faults.has('denied')) return things.refuse(id, status.permissionDenied);
    const entries = listFolder(files, path, faults);
    if (entries) things.open(id, { entries });
    else things.refuse(id, status.noSuchFile);
  });
  sftp.on('READDIR', (id, handle) => {
    const what = things.by(handle);
    if (!what || !('entries' in what)) return things.refuse(id, status.failure);
    const entries = faults.has('endless-folder') ? manyEntries : what.entries.splice(0);
    if (entries.length === 0) return void sftp.status(id, status.eof);
    sftp.name(id, entries.map(describeEntry));
  });
  sftp.on('FSTAT', (id, handle) => {
    const what = things.by(handle);
    if (!what || 'store' in what) return things.refuse(id, status.failure);
    sftp.attrs(id, 'content' in what ? attributes(what.content.length, false) : attributes(0, true));
  });
  sftp.on('CLOSE', (id, handle) => {
    const isOpen = things.by(handle) !== undefined;
    if (isOpen) opened.delete(handle.readUInt32BE());
    if (isOpen) sftp.status(id, status.ok);
    else things.refuse(id, status.failure);
  });
  sftp.on('STAT', describe);
  sftp.on('LSTAT', describe);
  sftp.on('REALPATH', (id, path) => {
    const absolute = absolutePath(path);
    sftp.name(id, [{ filename: absolute, longname: absolute, attrs: attributes(0, false) }]);
  });
};

const manyEntries: readonly FolderEntry[] = Array.from({ length: 500 }, (_, n) => ({
  name: `calf-${n}`,
  isFolder: false,
  size: 1,
}));

const usualTexts: Readonly<Record<number, string>> = {
  [status.noSuchFile]: 'No such file or directory',
  [status.permissionDenied]: 'Permission denied',
};

const spoil = (text: string, { faults, password }: SshVisit): string => {
  const echo = faults.has('echo-password') && password !== undefined ? ` (${password})` : '';
  return `${text}${echo}${faults.has('control-bytes') ? controlBytes : ''}`;
};
