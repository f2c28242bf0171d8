/** What a command of a test server says, and how it ends. */
export interface SshCommandResult {
  readonly output?: string;
  readonly error?: string;
  /** Default 0. */
  readonly exitCode?: number;
  /** Signal that ends it instead, such as `KILL`. */
  readonly signal?: string;
}
