import type { Control } from './control.ts';
import { DeepFailure } from './deep-failure.ts';
import type { Facts } from './deep-verdict.ts';
import { askFeatures } from './features.ts';
import { sitIdle } from './idle.ts';
import { list } from './list.ts';
import type { FtpOptions } from './options.ts';
import { openReading, useBinary } from './retrieve.ts';
import type { TransferRun } from './transfer.ts';
import { upload } from './upload.ts';

/** What the work after the login is told of the run it belongs to. */
export interface WorkRun extends TransferRun {
  /** Takes facts as they become known, so that a failure has them too. */
  readonly learn: (facts: Facts) => void;
  /** Keeps the control connection beyond the end of the run, see `Lifeline`. */
  readonly hold: () => Disposable;
}

/**
 * Does what the options ask for over a control connection that is logged in: the list of features, transfers, an
 * upload, a rest.
 *
 * @returns what was done, for the summary
 * @throws DeepFailure, or the signal's reason
 */
export const doWork = async (control: Control, run: WorkRun): Promise<string> => {
  const { file, upload: folder, idle } = run.options;
  run.watch.enter('features');
  const features = await askFeatures(control);
  if (features) run.learn({ features });
  const done: string[] = [];
  if (isListed(run.options)) done.push(await makeListing(control, run));
  if (file !== undefined || folder !== undefined) await useBinary(control, run);
  if (file !== undefined) done.push(await makeReading(control, file, run));
  if (folder !== undefined) done.push(`${bytes(await upload(control, folder, run))} stored, read back and deleted`);
  if (idle !== undefined) {
    await sitIdle(control, idle, run);
    done.push(`alive after ${idle / 1_000} s without traffic`);
  }
  return done.length > 0 ? done.join(', ') : `logged in as ${run.options.user ?? 'anonymous'}`;
};

/** `data` alone lists the directory: it asks for a data connection, and there is nothing else to open one for. */
const isListed = ({ list: asked, data, file, upload: folder }: FtpOptions): boolean =>
  asked === true || (data !== undefined && file === undefined && folder === undefined);

const makeListing = async (control: Control, run: WorkRun): Promise<string> => {
  // With a file, the file is what is read again and again.
  const times = run.options.file === undefined ? (run.options.transfers ?? 1) : 1;
  let entries = 0;
  await repeat(times, run, async () => {
    entries = await list(control, run);
  });
  return `${entries} ${entries === 1 ? 'entry' : 'entries'} listed${timesOf(times)}`;
};

const makeReading = async (control: Control, file: string, run: WorkRun): Promise<string> => {
  const times = run.options.transfers ?? 1;
  const reading = await openReading(control, file, run);
  await repeat(times, run, () => reading.again());
  return `${bytes(reading.size)} of ${file}${timesOf(times)}`;
};

/** Makes a transfer several times, each over a new data connection; a failure says which it was. */
const repeat = async (times: number, run: WorkRun, transferOnce: () => Promise<void>): Promise<void> => {
  const { watch, learn, options } = run;
  for (let n = 1; n <= times; n++) {
    if (times > 1) watch.repetition = `transfer ${n} of ${times}`;
    try {
      await transferOnce();
    } catch (error) {
      if (!(error instanceof DeepFailure) || times === 1) throw error;
      const { status, code, message, remedy, cause } = error;
      throw new DeepFailure(status, code, `${watch.repetition}: ${message}`, remedy, { cause });
    }
    if (options.transfers !== undefined) learn({ transfers: n });
  }
  watch.repetition = '';
};

const bytes = (size: number): string => `${size} ${size === 1 ? 'byte' : 'bytes'}`;

const timesOf = (times: number): string => (times === 1 ? '' : ` ${times} times`);
