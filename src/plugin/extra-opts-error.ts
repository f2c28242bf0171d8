/** Nothing can be made of `--extra-opts`: its message is the whole line, as the classic plugins print it. Exit code 3. */
export class ExtraOptsError extends Error {
  override readonly name = 'ExtraOptsError';
}
