/** A guardian that cannot start, for a reason people can mend; the message says what is wrong and what to do. */
export class GuardianError extends Error {
  override readonly name = 'GuardianError';
}
