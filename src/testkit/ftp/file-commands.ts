import { posix } from 'node:path';
import { absolutePath, listFolder, readTestFile, type TestFiles } from '../files.ts';
import { type FtpCommand, member } from './ftp-command.ts';
import type { FtpSession } from './ftp-session.ts';
import { complete, receive, send } from './transfer.ts';

const pathOf = (session: FtpSession, path: string): string => absolutePath(path, session.folder);

const contentOf = (session: FtpSession, path: string): Buffer | undefined =>
  readTestFile(session.site.files, pathOf(session, path), session.site.faults);

const isFolder = (session: FtpSession, path: string): boolean =>
  listFolder(session.site.files, pathOf(session, path), session.site.faults) !== undefined;

const size: FtpCommand['run'] = (session, path) => {
  const content = contentOf(session, path);
  if (content) session.reply(213, String(content.length));
  else session.reply(550, 'Could not get file size.');
};

const changeFolder: FtpCommand['run'] = (session, path) => {
  if (!isFolder(session, path)) return session.reply(550, 'Failed to change directory.');
  session.folder = pathOf(session, path);
  session.reply(250, 'Directory successfully changed.');
};

const retrieve: FtpCommand['run'] = async (session, path) => {
  const content = contentOf(session, path);
  if (!content) return session.reply(550, 'Failed to open file.');
  await send(session, content);
};

const store: FtpCommand['run'] = async (session, path) => {
  const { files, faults } = session.site;
  if (isFolder(session, path) || !isFolder(session, posix.dirname(pathOf(session, path))))
    return session.reply(553, 'Could not create file.');
  const content = await receive(session);
  if (!content) return;
  if (faults.has('disk-full')) return session.reply(452, 'Insufficient storage space.');
  remove(files, pathOf(session, path));
  files.set(pathOf(session, path), faults.has('upload-corrupt') ? content.map((byte) => byte ^ 1) : content);
  complete(session);
};

const deleteFile: FtpCommand['run'] = (session, path) => {
  if (!contentOf(session, path) || session.site.faults.has('delete-refused'))
    return session.reply(550, 'Delete operation failed.');
  remove(session.site.files, pathOf(session, path));
  session.reply(250, 'Delete operation successful.');
};

const makeFolder: FtpCommand['run'] = (session, path) => {
  const folder = pathOf(session, path);
  if (isFolder(session, path) || contentOf(session, path)) return session.reply(550, 'Create directory failed.');
  session.site.files.set(`${folder}/`, '');
  session.reply(257, `"${folder.replaceAll('"', '""')}" created`);
};

const removeFolder: FtpCommand['run'] = (session, path) => {
  const { files, faults } = session.site;
  const folder = pathOf(session, path);
  if (folder === '/' || listFolder(files, folder, faults)?.length !== 0)
    return session.reply(550, 'Remove directory failed.');
  remove(files, folder);
  session.reply(250, 'Remove directory successful.');
};

const remove = (files: TestFiles, path: string): void => {
  for (const name of [...files.keys()]) if (absolutePath(name) === path) files.delete(name);
};

const writing = (run: FtpCommand['run']): FtpCommand =>
  member((session, argument) =>
    session.site.faults.has('read-only') ? session.reply(553, 'Permission denied.') : run(session, argument),
  );

/** The commands that are about files and folders (RFC 959, 3659). */
export const fileCommands: Readonly<Record<string, FtpCommand>> = {
  PWD: member((session) => session.reply(257, `"${session.folder.replaceAll('"', '""')}" is the current directory`)),
  CWD: member(changeFolder),
  SIZE: member(size),
  RETR: member(retrieve),
  STOR: writing(store),
  DELE: writing(deleteFile),
  MKD: writing(makeFolder),
  RMD: writing(removeFolder),
};
