import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { loadConfig } from '../config/index.ts';
import { journalFile } from '../guardian/memory.ts';
import { findSnapshot, type Snapshot } from '../journal/snapshot.ts';
import { type CliContext, UsageError } from './cli-io.ts';

/** Options of a command that reads the journal. */
export interface JournalOptions {
  readonly config?: string;
  /** A journal, or the folder it stands in. */
  readonly from?: string;
}

/** A journal, and the snapshot beside it, if it can be read. */
export interface FoundJournal {
  readonly file: string;
  readonly snapshot: Snapshot | undefined;
}

/**
 * The journal of `--from`, a file or a state folder, else the one of the config.
 *
 * @throws UsageError when there is none
 */
export const findJournal = async (context: CliContext, { config, from }: JournalOptions): Promise<FoundJournal> => {
  const { process, checkers, hooks } = context;
  const cwd = process.cwd();
  const place =
    from === undefined ? (await loadConfig(config, { checkers, hooks }, { cwd })).stateDir : resolve(cwd, from);
  const info = await stat(place).catch(() => undefined);
  const file = info?.isDirectory() ? journalFile(place) : place;
  const isThere = await stat(file).then(
    (found) => found.isFile(),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EACCES') throw new UsageError(`${file} cannot be read: permission denied`);
      return false;
    },
  );
  if (!isThere) throw new UsageError(`there is no journal at ${file}; name one with --from, or the config with -c`);
  const snapshot =
    file === journalFile(dirname(file)) ? await findSnapshot(join(dirname(file), 'snapshot.json')) : undefined;
  return { file, snapshot: typeof snapshot === 'string' ? undefined : snapshot };
};
