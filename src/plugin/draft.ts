import { isIP } from 'node:net';
import type { AnyChecker, Complaints } from '../checker/index.ts';
import type { Flag, Switch } from './flag.ts';
import { integerOf, optionValue } from './option-value.ts';
import { UsageError } from './usage-error.ts';

/** What the flags of a command line have said so far. */
export interface Draft extends Record<Switch, boolean> {
  host?: string;
  port?: number;
  family?: 4 | 6;
  /** Whether the family was known when the host was named. */
  familyFirst?: boolean;
  source?: string;
  timeoutSeconds: number;
  /** Options of the checker, as a config would give them. */
  readonly given: Record<string, unknown>;
  /** Their names, in the order of the flags. */
  readonly keys: string[];
}

/** A draft before the first flag. */
export const blankDraft = (): Draft => ({
  timeoutSeconds: 10,
  verbose: false,
  json: false,
  reasonCode: false,
  transcript: false,
  given: {},
  keys: [],
});

/** Thrown by `-V` and `-h`, which act at once, whatever follows them. */
export class Asked extends Error {
  override readonly name = 'Asked';
  readonly what: 'version' | 'help';

  constructor(what: 'version' | 'help') {
    super(what);
    this.what = what;
  }
}

/** The longest `-t` there is: 68 years, as many seconds as a C int holds. */
const longestTimeoutSeconds = 2 ** 31 - 1;

/** A port from 1 to 65535; `undefined` when `text` is none. */
export const portOf = (text: string): number | undefined => {
  const port = integerOf(text);
  return port >= 1 && port <= 65_535 ? port : undefined;
};

const secondsOf = (text: string): number | undefined => {
  const seconds = integerOf(text);
  return seconds >= 1 ? Math.min(seconds, longestTimeoutSeconds) : undefined;
};

/**
 * Writes one flag into the draft; the last of several wins.
 *
 * @throws UsageError when its value is wrong
 * @throws Asked on `-V` and `-h`
 */
export const applyFlag = (
  draft: Draft,
  flag: Flag,
  value: string | undefined,
  { checker, complaints }: { readonly checker: AnyChecker; readonly complaints: Complaints },
): void => {
  const { setting } = flag;
  const text = value ?? '';
  switch (setting.what) {
    case 'host':
      draft.host = text;
      draft.familyFirst = draft.family !== undefined;
      return;
    case 'port':
      draft.port = portOf(text) ?? refuse(complaints.port(text));
      return;
    case 'timeout':
      draft.timeoutSeconds = secondsOf(text) ?? refuse(complaints.timeout(text));
      return;
    case 'source':
      draft.source = isIP(text) ? text : refuse(`--source must be an IP address${text && `, not "${text}"`}`);
      return;
    case 'family':
      draft.family = setting.family;
      return;
    case 'verbose':
    case 'json':
    case 'reasonCode':
    case 'transcript':
      draft[setting.what] = true;
      return;
    case 'version':
    case 'help':
      throw new Asked(setting.what);
    case 'option':
      draft.given[setting.key] = optionValue(checker, flag, setting, value, draft.given[setting.key]);
      draft.keys.push(setting.key);
      return;
    case 'extraOpts':
      throw new UsageError('--extra-opts must be spelt out, and stand on the command line', 'stderr');
    case 'nothing':
      return;
    default:
      setting satisfies never;
  }
};

const refuse = (complaint: string): never => {
  throw new UsageError(complaint);
};
