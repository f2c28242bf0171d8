import { type AnyChecker, type IgnoredOption, options } from '../checker/index.ts';

/** A checker's option that a flag sets. */
export interface OptionSetting {
  readonly what: 'option';
  readonly key: string;
  readonly info: options.FullOptionInfo;
  /** Where the secret is that this flag names. */
  readonly source?: 'file' | 'env';
}

/** What a flag without a value switches on. */
export type Switch = 'verbose' | 'json' | 'reasonCode' | 'transcript';

/** What a flag sets. */
export type Setting =
  | OptionSetting
  | { readonly what: 'host' | 'port' | 'source' | 'timeout' | 'extraOpts' | 'nothing' }
  | { readonly what: Switch | 'version' | 'help' }
  | { readonly what: 'family'; readonly family: 4 | 6 };

/** One option of a command line. */
export interface Flag {
  /** Without its dashes. */
  readonly long: string;
  readonly short?: string | undefined;
  /** Stands for its value in the help, in square brackets where it may be left out; a flag without one is a switch. */
  readonly metavar?: string | undefined;
  /** One line for `-h`; a flag without one is not shown. */
  readonly help?: string;
  readonly setting: Setting;
}

const commonFlags: readonly Flag[] = [
  {
    long: 'hostname',
    short: 'H',
    metavar: 'ADDRESS',
    help: 'host name or IP address of the server',
    setting: { what: 'host' },
  },
  { long: 'port', short: 'p', metavar: 'PORT', help: 'port of the server', setting: { what: 'port' } },
  { long: 'use-ipv4', short: '4', help: 'use IPv4', setting: { what: 'family', family: 4 } },
  { long: 'use-ipv6', short: '6', help: 'use IPv6', setting: { what: 'family', family: 6 } },
  {
    long: 'timeout',
    short: 't',
    metavar: 'SECONDS',
    help: 'the whole time the check has (default: 10)',
    setting: { what: 'timeout' },
  },
  {
    long: 'source',
    metavar: 'ADDRESS',
    help: 'address of this machine to connect from',
    setting: { what: 'source' },
  },
  {
    long: 'extra-opts',
    metavar: '[=[SECTION][@FILE]]',
    help: 'read options from an ini file; those on the command line win',
    setting: { what: 'extraOpts' },
  },
  { long: 'verbose', short: 'v', help: 'show details', setting: { what: 'verbose' } },
  { long: 'version', short: 'V', help: 'print the version', setting: { what: 'version' } },
  { long: 'help', short: 'h', help: 'print this help', setting: { what: 'help' } },
  {
    long: 'reason-code',
    help: 'append the reason code in brackets to a line that is not OK',
    setting: { what: 'reasonCode' },
  },
  { long: 'json', help: 'print the whole result as JSON', setting: { what: 'json' } },
];

const transcriptFlag: Flag = {
  long: 'transcript',
  help: 'print the dialogue with the server after the line, secrets masked',
  setting: { what: 'transcript' },
};

/** Every flag of a checker's command: the common ones, those made from its schema, and those it ignores. */
export const flagsOf = (checker: AnyChecker): readonly Flag[] => [...flagsInTurn(checker)];

/** The same for who looks for one: those of the schema are made, once, when it is none of the common ones. */
export const flagsInTurn = (checker: AnyChecker): Iterable<Flag> => {
  let own: readonly Flag[] | undefined;
  return {
    *[Symbol.iterator]() {
      yield* commonFlags;
      if (checker.command?.transcript) yield transcriptFlag;
      own ??= ownFlagsOf(checker);
      yield* own;
    },
  };
};

const ownFlagsOf = (checker: AnyChecker): readonly Flag[] => [
  ...Object.entries(checker.options.entries).flatMap(([key, schema]) => flagsOfOption(key, options.optionInfo(schema))),
  ...(checker.command?.ignored ?? []).map(ignoredFlag),
];

const flagsOfOption = (key: string, info: options.FullOptionInfo | undefined): readonly Flag[] => {
  if (!info) throw new TypeError(`option ${key} is not made with the factories of src/checker/options.ts`);
  const { short, help, kind } = info;
  const long = options.kebabCase(key);
  const setting = { what: 'option', key, info } as const;
  if (kind === 'secret')
    return [
      {
        long: `${long}-file`,
        metavar: 'FILE',
        help: `${help}: read from a file`,
        setting: { ...setting, source: 'file' },
      },
      {
        long: `${long}-env`,
        metavar: 'VAR',
        help: `${help}: read from an environment variable`,
        setting: { ...setting, source: 'env' },
      },
    ];
  return [{ long, short, metavar: kind === 'flag' ? undefined : metavarOf(info), help, setting }];
};

const metavarOf = ({ metavar, words, kind }: options.FullOptionInfo): string =>
  metavar ?? words?.join('|') ?? kind.toUpperCase();

const ignoredFlag = ({ long, short }: IgnoredOption): Flag => ({
  long,
  short,
  metavar: 'VALUE',
  setting: { what: 'nothing' },
});
