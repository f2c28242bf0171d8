import type { ClientChannel } from 'ssh2';
import { cleanText } from '../../src/checker/index.ts';
import { defaultMaxBytes } from './option-rules.ts';
import type { Session } from './session.ts';
import { criticalFault } from './ssh-fault.ts';
import type { WorkRun } from './work.ts';

/** What a command has come to. */
interface Ended {
  /** Absent where a signal has ended it, or nobody says. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
  readonly output: Buffer;
  readonly complaint: Buffer;
}

/** What of the complaints of a command is kept, in bytes. */
const mostComplaint = 1024;

/**
 * Runs a command, which must end with 0 and say what it should. Goes through the stages `channel` and `command`.
 *
 * @returns what was done, for the summary
 * @throws SshFault, or the session's end
 */
export const runCommand = async (session: Session, command: string, run: WorkRun): Promise<string> => {
  const { commandOutput, maxBytes = defaultMaxBytes } = run.options;
  // In an object, or the promise would be awaited with the channel.
  const { ended } = await session.openChannel('command', command, (channel) => ({
    ended: collect(channel, command, maxBytes),
  }));
  const { code, signal, output, complaint } = await run.alive(ended);
  if (code !== undefined) run.learn({ exitCode: code });
  if (code !== 0) {
    const said = cleanText(complaint.length > 0 ? complaint : output.subarray(0, mostComplaint)).trim();
    const how = code === undefined ? `by ${signal ?? 'nothing that says how'}` : `with ${code}`;
    throw criticalFault(
      'command-failed',
      `"${command}" ended ${how}${said && `: ${said}`}`,
      'Run it by hand as this user, and look at what it says.',
    );
  }
  if (commandOutput !== undefined && !output.includes(commandOutput))
    throw criticalFault(
      'content-mismatch',
      `"${command}" ended with 0, but without "${commandOutput}" in its ${output.length} bytes of output`,
      'Run it by hand as this user, and look at what it says.',
    );
  return `"${command}" ended with 0`;
};

const collect = (channel: ClientChannel, command: string, maxBytes: number): Promise<Ended> => {
  const ended = new Promise<Ended>((resolve, reject) => {
    const output: Buffer[] = [];
    let size = 0;
    let complaint = Buffer.alloc(0);
    let code: number | undefined;
    let signal: string | undefined;
    // The channel may be closed before its complaints have been read.
    let open = 2;
    const end = () => {
      if (--open === 0) resolve({ code, signal, output: Buffer.concat(output), complaint });
    };
    channel
      .on('data', (bytes: Buffer) => {
        size += bytes.length;
        if (size <= maxBytes) output.push(bytes);
        else reject(tooMuch(command, maxBytes));
      })
      .on('exit', (status: number | null, name?: string) => {
        code = status ?? undefined;
        signal = name === undefined ? undefined : cleanText(name.slice(0, 32));
      })
      .on('close', end);
    channel.stderr
      .on('data', (bytes: Buffer) => {
        complaint = Buffer.concat([complaint, bytes]).subarray(0, mostComplaint);
      })
      .on('end', end);
    // There is nothing for it to read.
    channel.end();
  });
  // Nobody may be waiting for it yet.
  ended.catch(() => {});
  return ended;
};

const tooMuch = (command: string, maxBytes: number) =>
  criticalFault(
    'size-mismatch',
    `"${command}" says more than ${maxBytes} bytes`,
    'Run one that says less, or raise maxBytes.',
  );
