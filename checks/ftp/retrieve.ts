import type { CheckContext, Stopwatch } from '../../src/checker/index.ts';
import type { Control } from './control.ts';
import { DeepFailure, outOfProtocol, overloaded } from './deep-failure.ts';
import { defaultMaxBytes, type FtpOptions } from './options.ts';
import { type DataFacts, openPassive } from './passive.ts';
import { openSentinel } from './sentinel.ts';

/** What came over a data connection, and how. */
export interface Retrieved {
  readonly size: number;
  readonly facts: DataFacts;
}

/**
 * Reads a file (TYPE I, EPSV or PASV, RETR), checks it on the way and waits for the server's confirmation.
 *
 * @throws DeepFailure, or the signal's reason
 */
export const retrieve = async (
  control: Control,
  file: string,
  { content, minBytes = 0, maxBytes = defaultMaxBytes, data = 'passive' }: FtpOptions,
  context: CheckContext,
  watch: Stopwatch,
): Promise<Retrieved> => {
  const { client } = control;
  watch.enter('data');
  const binary = await control.ask('TYPE I');
  if (binary.code !== 200) throw outOfProtocol(`binary transfer refused: ${binary.said}`);
  let facts: DataFacts = {};
  client.prepareTransfer = async (ftp) => {
    facts = await openPassive(control, data, context, watch);
    watch.enter('transfer');
    ftp.dataSocket?.once('end', () => {
      watch.waitingFor = 'completion';
    });
    return { code: 200, message: '' };
  };
  const sentinel = openSentinel(file, content, maxBytes);
  try {
    await client.downloadTo(sentinel.sink, file);
  } catch (error) {
    if (context.signal.aborted || error instanceof DeepFailure) throw error;
    throw notRetrieved(error, file, control);
  }
  const { size, found } = sentinel;
  if (size < minBytes)
    throw new DeepFailure(
      'CRITICAL',
      'size-mismatch',
      `${file} has ${size} bytes, not ${minBytes} or more`,
      'The file is shorter than it should be: was it written completely?',
    );
  if (!found)
    throw new DeepFailure(
      'CRITICAL',
      'content-mismatch',
      `${file} (${size} bytes) does not contain "${content}"`,
      'The server serves another file than expected: compare it with the other servers of the farm.',
    );
  return { size, facts };
};

/** What the reply to RETR means (RFC 959, 4.2.2 and 5.4); anything but a reply is a broken connection. */
const notRetrieved = (error: unknown, file: string, control: Control): DeepFailure => {
  const { code, message } = error as { readonly code?: unknown; readonly message: string };
  const incomplete = (why: string) =>
    new DeepFailure(
      'CRITICAL',
      'transfer-incomplete',
      `transfer of ${file} broke off: ${why}`,
      'The server gave up in the middle of the transfer: look at its log, disk and load.',
    );
  if (typeof code !== 'number') return incomplete('connection lost');
  const said = control.clean(message);
  switch (code) {
    case 421:
      return overloaded(said);
    case 425:
      return new DeepFailure(
        'CRITICAL',
        'data-refused',
        `no data connection for ${file}: ${said}`,
        'The server could not open its side of the data connection: look at its passive ports.',
      );
    case 426:
    case 451:
      return incomplete(said);
    case 450:
    case 550:
      if (!denied.test(said))
        return new DeepFailure(
          'CRITICAL',
          'file-missing',
          `no ${file}: ${said}`,
          'Put the file there, and let this user read it.',
        );
      break;
    case 530:
    case 532:
    case 553:
      break;
    default:
      return outOfProtocol(`unexpected answer to RETR ${file}: ${said}`);
  }
  return new DeepFailure('CRITICAL', 'access-denied', `${file} refused: ${said}`, 'Let this user read the file.');
};

const denied = /denied|permission|not allowed|forbidden/i;
