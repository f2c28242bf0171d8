/** How a checker looks as a nagios-style command. Data only: `src/plugin` does the rest. */
export interface CommandFace<Options = unknown> {
  /** First word of the status line, such as `FTP`. */
  readonly service: string;
  /** What stands between the summary and the performance data: `|`, or ` | ` where the classic plugin has blanks. */
  readonly separator: '|' | ' | ';
  /** The lines after `Usage:`. */
  readonly usage: string;
  /** What the command does and shows, for `-h`. */
  readonly about: string;
  /** Host when neither `-H` nor an operand names one; without it a host is required. */
  readonly defaultHost?: string;
  /** What operands mean, in order; more of them are ignored. */
  readonly operands: readonly ('host' | 'port')[];
  /** Phantom: ties the face to the checker's options. */
  readonly Options?: Options;
}
