import type { SFTPWrapper } from 'ssh2';
import { absolutePath } from '../files.ts';
import { type OpenedThings, status } from './sftp-opened.ts';
import type { SshVisit } from './ssh-session.ts';

/** SSH_FXF_READ: what is opened with it alone is not stored. */
const readFlag = 1;

/** Longest file that may be stored. */
const longestFile = 1024 * 1024;

/** Serves the storing and deleting of files over SFTP, where the server is writable; it is refused otherwise. */
export const serveStoring = (sftp: SFTPWrapper, visit: SshVisit, things: OpenedThings): void => {
  const { files, faults, dialogue, writable } = visit;
  sftp.on('OPEN', (id, path, flags) => {
    if (flags === readFlag) return;
    if (!writable) return things.refuse(id, status.permissionDenied);
    files.set(absolutePath(path), '');
    things.open(id, { store: absolutePath(path), pieces: Buffer.alloc(0) });
  });
  sftp.on('WRITE', (id, handle, offset, data) => {
    const what = things.by(handle);
    if (!what || !('store' in what)) return things.refuse(id, status.failure);
    if (faults.has('disk-full')) return things.refuse(id, status.failure, 'No space left on device');
    if (offset !== what.pieces.length || offset + data.length > longestFile) return things.refuse(id, status.failure);
    what.pieces = Buffer.concat([what.pieces, data]);
    files.set(what.store, faults.has('upload-corrupt') ? Buffer.alloc(what.pieces.length, '?') : what.pieces);
    sftp.status(id, status.ok);
  });
  if (!writable) return;
  sftp.on('REMOVE', (id, path) => {
    dialogue.note(`sftp remove ${path}`);
    if (faults.has('delete-refused')) return things.refuse(id, status.permissionDenied);
    if (files.delete(absolutePath(path))) sftp.status(id, status.ok);
    else things.refuse(id, status.noSuchFile);
  });
};
