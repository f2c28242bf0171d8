import type { KnownReasonCode, Status } from '../../src/checker/index.ts';

/** What ended a deep run: thrown where it is noticed, made a result in one place. Only inside this folder. */
export class DeepFailure extends Error {
  override readonly name = 'DeepFailure';
  readonly status: Status;
  readonly code: KnownReasonCode;
  readonly remedy: string;

  /**
   * @param summary free of secrets, and of anything a server said that is not cleaned
   * @param options the signal's reason as the `cause` of what is only certain once the time is up
   */
  constructor(status: Status, code: KnownReasonCode, summary: string, remedy: string, options?: ErrorOptions) {
    super(summary, options);
    this.status = status;
    this.code = code;
    this.remedy = remedy;
  }
}

/** A server that is alive but takes no more of us (421, `530 too many users`): WARNING, for its peers are no better. */
export const overloaded = (said: string): DeepFailure =>
  new DeepFailure(
    'WARNING',
    'overloaded',
    `server is full: ${said}`,
    'The server is alive but full: raise its limit of connections, or add servers to the farm.',
  );

/** A server that breaks the protocol. */
export const outOfProtocol = (summary: string): DeepFailure =>
  new DeepFailure(
    'CRITICAL',
    'protocol',
    summary,
    'The server answered what RFC 959 does not allow here: look at its log, and at what stands between.',
  );
