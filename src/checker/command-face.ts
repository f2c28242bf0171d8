import type { CheckResult } from './result.ts';

/** What the arguments of a command say it looks at. */
export interface CommandTarget {
  readonly host: string;
  readonly port: number;
  /** Whether `-H` named the host, not an operand or the default. */
  readonly named: boolean;
  /** Whether `-4` or `-6` stood before the `-H` that named it. Default false. */
  readonly familyFirst?: boolean;
}

/** How a command says a result where the classic plugin's words or exit code are not the result's own. */
export interface Wording {
  /** The whole status line. */
  readonly line?: string;
  /** Where the line goes; stdout when absent. */
  readonly stream?: 'stderr';
  /** What ends it; a line end when absent. */
  readonly lineEnd?: '';
  readonly exitCode?: 0 | 1 | 2 | 3;
  /** Whether the usage follows, as after a usage error. */
  readonly usage?: boolean;
}

/** What a command says of wrong arguments, behind `check_NAME: ` and before the usage. */
export interface Complaints {
  /** Without any argument at all. */
  readonly noArguments: string;
  /** Without a host where one is required. */
  readonly noHost: string;
  /** A `-p` that is no port; a port operand that is none is named on stderr. */
  port(given: string): string;
  timeout(given: string): string;
}

/** An option that the classic plugin takes, with a value, and does nothing with. */
export interface IgnoredOption {
  readonly long: string;
  readonly short?: string;
}

/** Options of a checker as the command line gives them, before its schema has seen them. */
export type GivenOptions = Readonly<Record<string, unknown>>;

/** How a checker looks as a nagios-style command. Data and small pure functions: `src/plugin` does the rest. */
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
  /**
   * What operands mean, in order, where no option has said it already. More of them are ignored, as the classic plugins
   * do, but a long option among them is a usage error: it stands where it would have no effect.
   */
  readonly operands: readonly ('host' | 'port')[];
  /** Whether any more operands than that are a usage error, but for empty ones. Default false. */
  readonly strictOperands?: boolean;
  /** Whether options may follow an operand that is the very first argument (`check_ftp HOST -p 21`). Default false. */
  readonly hostFirst?: boolean;
  /** Other spellings of options, such as `-to` for `-t` or `--remote-protcol` for `--remote-protocol`. */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly ignored?: readonly IgnoredOption[];
  /** Whether the checker records its dialogue, so that the command takes `--transcript`. Default false. */
  readonly transcript?: boolean;
  /** Classic words for wrong arguments, where they differ from those of check_ftp. */
  readonly complaints?: Partial<Complaints>;
  /** What the options come to where the command line has none of them: a plain check then needs no schema. */
  readonly plain?: Options;
  /**
   * Turns options as the classic plugin means them into the checker's own: another default, or a meaning that
   * depends on their order. `keys` are the options as they came.
   */
  readonly fromClassic?: (given: GivenOptions, keys: readonly string[]) => GivenOptions;
  /**
   * The letter of a short option that the classic plugin does not know, and that goes only with options it does not know
   * either; `undefined` where all is well.
   */
  readonly unknownLetter?: (given: GivenOptions) => string | undefined;
  /** `Target.label`, one clean line, where it is not `HOST port PORT`. */
  readonly label?: (target: CommandTarget) => string | undefined;
  /** Rewords a result; `undefined` leaves it as it is. The usual case: a host that does not resolve (code `dns`). */
  readonly wording?: (result: CheckResult, target: CommandTarget) => Wording | undefined;
  /** Phantom: ties the face to the checker's options. */
  readonly Options?: Options;
}
