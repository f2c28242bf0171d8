import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CheckContext, type Stopwatch, wait } from '../../src/checker/index.ts';
import type { Control } from './control.ts';
import { type DataChannel, type DataFacts, openDataChannel } from './data-channel.ts';
import { DeepFailure, outOfProtocol } from './deep-failure.ts';
import type { FtpOptions } from './options.ts';
import { incomplete, refusedTransfer } from './refused-transfer.ts';
import type { Reply, TransferReplies } from './reply.ts';

/**
 * One transfer: the whole command, such as `RETR a.txt`, and where its bytes go to or come from. `began` is called once
 * the command has been sent, with its first reply to come.
 */
export type TransferJob = { readonly command: string; readonly began?: (started: Promise<Reply>) => void } & (
  | { readonly receive: Writable }
  | { readonly send: Readable | Buffer }
);

/** What a transfer is told of the run it belongs to. */
export interface TransferRun {
  readonly options: FtpOptions;
  readonly context: CheckContext;
  readonly watch: Stopwatch;
  /** Takes facts as they become known, so that a failure has them too. */
  readonly learn?: (facts: DataFacts) => void;
}

/** How long we listen on after we have cut a transfer off, or the server has called from elsewhere; milliseconds. */
const lastWordMs = 500;

/**
 * Makes one transfer over a new data connection: agrees on the connection, sends the command, carries the bytes, and
 * waits for the server's confirmation. Replies may come before the data ends, or after. Enters the stages `data` and
 * `transfer`.
 *
 * What the server says explains a connection that breaks, so its refusal goes first; what we have found ourselves (a
 * file too large, a wrong certificate) stands whatever the server says.
 *
 * @throws DeepFailure, or the signal's reason
 */
export const transfer = async (control: Control, job: TransferJob, run: TransferRun): Promise<DataFacts> => {
  const { context, watch } = run;
  const { signal } = context;
  if (watch.stage !== 'data') watch.enter('data');
  await using channel = await openDataChannel(control, run);
  const replies = control.begin(job.command);
  job.began?.(replies.started);
  const answered = answerTo(replies, channel, control, job, run);
  const carried = carry(replies, channel, control, job, run).then(
    () => undefined,
    (error: unknown) => {
      if (!signal.aborted) watch.waitingFor = 'completion';
      return error;
    },
  );
  // The control connection may outlive the run, so its end is not always news of the deadline.
  using aborted = abortion(signal);
  const failure = await Promise.race([
    answered.then((refusal) => refusal ?? carried),
    carried.then(async (fault) => (isFinding(fault) ? fault : ((await answered) ?? fault))),
    aborted.promise,
  ]);
  run.learn?.(channel.facts);
  if (failure === undefined) return channel.facts;
  if (isFinding(failure)) {
    await channel[Symbol.asyncDispose]();
    await briefly(answered, context);
    throw failure;
  }
  if (signal.aborted) throw channel.stranger ?? signal.reason;
  throw failure instanceof DeepFailure ? failure : incomplete(job.command, 'the data connection was cut');
};

/** Resolves with the signal's reason, if it ever aborts. */
const abortion = (signal: AbortSignal): { readonly promise: Promise<unknown> } & Disposable => {
  let abort = () => {};
  const promise = new Promise<unknown>((resolve) => {
    abort = () => resolve(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
  return { promise, [Symbol.dispose]: () => signal.removeEventListener('abort', abort) };
};

/** Any other fault is a socket's, or a handshake's that the server may have a reason for. */
const isFinding = (fault: unknown): fault is DeepFailure =>
  fault instanceof DeepFailure && fault.code !== 'tls-handshake';

/** What is wrong by the server's own words; `undefined` when it has confirmed the transfer. */
const answerTo = async (
  { started, ended }: TransferReplies,
  channel: DataChannel,
  control: Control,
  { command }: TransferJob,
  { options, context }: TransferRun,
): Promise<unknown> => {
  try {
    const first = await started;
    const last = await ended;
    const confirmed = last.code === 226 || last.code === 250;
    if (confirmed && first === last) return outOfProtocol(`${command} confirmed before it began: ${last.said}`);
    if (!confirmed && !cut.includes(last.code)) return refusedTransfer(command, last, control, options);
    // The right caller may be as quick as this reply.
    if (channel.stranger) await briefly(channel.connection, context);
    return channel.stranger ?? (confirmed ? undefined : refusedTransfer(command, last, control, options));
  } catch (error) {
    return error instanceof DeepFailure ? error : incomplete(command, 'connection lost');
  }
};

/** Waits for something to settle, for 500 ms at most. */
const briefly = async (something: Promise<unknown>, { signal, clock }: CheckContext): Promise<void> => {
  const settled = new AbortController();
  const patience = wait(clock, lastWordMs, AbortSignal.any([signal, settled.signal]));
  await Promise.race([something.catch(() => {}), patience]);
  settled.abort();
};

/** Replies of a server whose data connection we have closed, because it came from a wrong source. */
const cut: readonly number[] = [425, 426, 451];

/** Carries the bytes; resolves when the last one has come, or has left. */
const carry = async (
  { started }: TransferReplies,
  channel: DataChannel,
  control: Control,
  job: TransferJob,
  { context: { signal }, watch }: TransferRun,
): Promise<void> => {
  const raw = await channel.connection;
  watch.enter('transfer');
  const socket = await secured(raw, control, watch);
  if ('receive' in job) await pipeline(socket, job.receive, { signal });
  else {
    if ((await started).code >= 200) return;
    // Nothing should come, but TLS tickets do: unread bytes would turn the close into a reset.
    socket.resume();
    await pipeline(Buffer.isBuffer(job.send) ? [job.send] : job.send, socket, { signal });
  }
  watch.waitingFor = 'completion';
};

const secured = async (raw: Socket, control: Control, watch: Stopwatch): Promise<Socket> => {
  const { tls } = control;
  if (!tls) return raw;
  watch.waitingFor = 'data handshake';
  const socket = await tls.secureData(raw);
  // An error that comes after the transfer must not end the process.
  socket.on('error', () => {});
  control.note(
    `data connection is TLS, ${socket.isSessionReused() ? 'on the session of the control connection' : 'on a session of its own'}`,
  );
  watch.waitingFor = 'transfer';
  return socket;
};
