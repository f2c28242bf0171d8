import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Writable } from 'node:stream';
import { wait, withdrawn } from '../../src/checker/index.ts';
import type { Control } from './control.ts';
import { DeepFailure } from './deep-failure.ts';
import type { Reply } from './reply.ts';
import { transfer } from './transfer.ts';
import type { WorkRun } from './work.ts';

/**
 * What has become of the STOR. One that was refused has left nothing behind, or an empty file: some servers make it
 * before they open the data connection. One that was sent, and neither refused nor confirmed, may have left anything.
 */
type Fate = 'unsent' | 'sent' | 'refused' | 'stored';

/**
 * Stores a small file of a unique name in a folder, reads it back and deletes it, whatever happens in between: also
 * when the run is cancelled or its time is up, for as long as its lifeline holds. Learns `leftBehind`, the path of a
 * file that could not be deleted. Needs binary transfers.
 *
 * @returns the size of the file
 * @throws DeepFailure, or the signal's reason
 */
export const upload = async (control: Control, folder: string, run: WorkRun): Promise<number> => {
  const id = `${hostname().replace(/[^a-z0-9.-]/gi, '-')}-${randomUUID()}`;
  const path = `${folder.replace(/\/*$/, '')}/.farm-guardian-${id}`;
  const content = Buffer.from(`Farm Guardian stores, reads and deletes this file: ${id}\n`);
  using _hold = run.hold();
  let fate = 'unsent' as Fate;
  let failure: unknown;
  const work = async () => {
    const began = (started: Promise<Reply>) => {
      fate = 'sent';
      started.then(
        ({ code }) => {
          if (code >= 400) fate = 'refused';
        },
        () => {},
      );
    };
    await transfer(control, { command: `STOR ${path}`, send: content, began }, run);
    fate = 'stored';
    await readBack(control, path, content, run);
  };
  try {
    await withdrawn(run.context.signal, work());
  } catch (error) {
    failure = error;
  }
  if (fate !== 'unsent') await hearLastWord(control, run);
  const left = fate === 'unsent' ? undefined : await remove(control, path, fate);
  if (left !== undefined) {
    run.learn({ leftBehind: path });
    run.context.log.warn({ path }, `a file is left behind: ${left}`);
    failure ??= notDeleted(left);
  }
  if (failure !== undefined) throw failure;
  return content.length;
};

const readBack = async (control: Control, path: string, content: Buffer, run: WorkRun): Promise<void> => {
  const copy = openCopy(path, content);
  run.learn(await transfer(control, { command: `RETR ${path}`, receive: copy.sink }, run));
  if (!copy.isWhole()) throw altered(path);
};

/** Compares what comes with what it should be, as it comes. */
const openCopy = (path: string, content: Buffer) => {
  let size = 0;
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const same = content.subarray(size, size + chunk.length).equals(chunk);
      size += chunk.length;
      done(same ? undefined : altered(path));
    },
  });
  return { sink, isWhole: () => size === content.length };
};

/** How long the server may take for its last word on a transfer that was cut, before it is told to delete. */
const lastWordMs = 200;

const hearLastWord = async (control: Control, { context: { clock } }: WorkRun): Promise<void> => {
  const settled = new AbortController();
  await Promise.race([control.settled(), wait(clock, lastWordMs, settled.signal)]);
  settled.abort();
};

/** Deletes the file; gives why it is still there, and `undefined` when it is not. */
const remove = async (control: Control, path: string, fate: Fate): Promise<string | undefined> => {
  try {
    const { code, said } = await control.insist(`DELE ${path}`);
    if (code >= 200 && code < 300) return undefined;
    const isThere = fate === 'stored' || mayBeThere((await control.insist(`SIZE ${path}`)).code, fate);
    return isThere ? said : undefined;
  } catch {
    return fate === 'refused' ? undefined : 'connection lost';
  }
};

/** Whether the file has to be reckoned with, by the answer to SIZE, which not every server knows (RFC 3659, 4). */
const mayBeThere = (sizeCode: number, fate: Fate): boolean =>
  fate === 'refused' ? sizeCode === 213 : sizeCode !== 550;

const altered = (path: string): DeepFailure =>
  new DeepFailure(
    'CRITICAL',
    'content-mismatch',
    `${path} is read back as something else than was stored`,
    'The server, its disk or something on the way alters or truncates what is stored.',
  );

const notDeleted = (said: string): DeepFailure =>
  new DeepFailure(
    'CRITICAL',
    'access-denied',
    `a file was stored and read back, but not deleted: ${said}`,
    'Let this user delete in the folder.',
  );
