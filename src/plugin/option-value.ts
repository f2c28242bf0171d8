import { safeParse } from 'valibot';
import type { AnyChecker, options } from '../checker/index.ts';
import type { Flag, OptionSetting } from './flag.ts';
import { UsageError } from './usage-error.ts';

/** A whole number as the classic plugins take it, blanks around it included; `NaN` when it is none. */
export const integerOf = (text: string): number => (/^ *-?\d+ *$/.test(text) ? Number(text) : Number.NaN);

/**
 * The value that a flag gives its option, as a config would give it; `before` is what a repeated one gave so far.
 *
 * @throws UsageError when the option's schema refuses it
 */
export const optionValue = (
  checker: AnyChecker,
  flag: Flag,
  { key, info, source }: OptionSetting,
  text: string | undefined,
  before: unknown,
): unknown => {
  const single = source ? { [source]: text } : rawValue(info, text);
  const schema = checker.options.entries[key];
  const parsed = schema && safeParse(schema, info.list ? [single] : single);
  if (parsed && !parsed.success)
    throw new UsageError(complaint(flag, info, source ? 'must not be empty' : parsed.issues[0].message, text));
  return info.list ? [...((before as unknown[] | undefined) ?? []), single] : single;
};

const rawValue = ({ kind, short, words }: options.FullOptionInfo, text: string | undefined): unknown => {
  if (text === undefined) return true;
  if (kind === 'integer') return integerOf(text);
  // The classic plugins compare only as many letters as the word has: `-r critical` is `crit`.
  if (kind === 'choice' && short) return words?.find((word) => text.startsWith(word)) ?? text;
  return text;
};

/** Classic words (`Maxbytes must be a positive integer`) for a classic option; else the flag and what it was given. */
const complaint = ({ long, short }: Flag, { kind }: options.FullOptionInfo, message: string, text = ''): string => {
  if (short && (kind === 'integer' || kind === 'choice')) return `${long[0]?.toUpperCase()}${long.slice(1)} ${message}`;
  if (/^[A-Z]/.test(message)) return message;
  const given = message.startsWith('must ') && text !== '' ? `, not "${text}"` : '';
  return `--${long} ${message}${given}`;
};
