import * as v from 'valibot';
import { parseDuration } from '../clock/duration.ts';
import { Range } from './range.ts';
import { Secret } from './secret.ts';

/** What an option's value is, for faces that must make it from text and for the rebasing of relative paths. */
export type OptionKind = 'text' | 'integer' | 'flag' | 'range' | 'duration' | 'secret' | 'path' | 'choice';

/** What people are told of an option. */
export interface OptionInfo {
  /** One line for `-h` and the docs. */
  readonly help: string;
  /** Stands for the value in usage, such as `NAME`. */
  readonly metavar?: string;
  /** Letter of its short flag on the command line, where a classic plugin has one. */
  readonly short?: string;
}

/** {@link OptionInfo} with what the factory that made the option knows. */
export interface FullOptionInfo extends OptionInfo {
  readonly kind: OptionKind;
  readonly list: boolean;
  /** The words of a `choice`. */
  readonly words?: readonly string[];
}

const describe =
  (kind: OptionKind, more: { readonly list?: boolean; readonly words?: readonly string[] } = {}) =>
  <S extends v.GenericSchema>(schema: S, info: OptionInfo) =>
    v.optional(v.pipe(schema, v.description(info.help), v.metadata({ list: false, ...more, ...info, kind })));

/**
 * A string; empty only where the schema of the checker says so. `fault` says what is wrong with one, if anything: a
 * message that begins with a capital is shown as it is, as classic plugins word theirs.
 */
export const text = (info: OptionInfo, fault?: (value: string) => string | undefined) =>
  describe('text')(fault ? v.pipe(v.string(), faultless(fault)) : v.string(), info);

const faultless = (fault: (value: string) => string | undefined): v.RawCheckAction<string> =>
  v.rawCheck(({ dataset, addIssue }) => {
    const message = dataset.typed ? fault(dataset.value) : undefined;
    if (message !== undefined) addIssue({ message });
  });

/** Strings, any number of them; the flag may be repeated. */
export const texts = (info: OptionInfo) => describe('text', { list: true })(v.array(v.string()), info);

/** A whole number from `least` on, to `most` if there is one. `message` says what it must be. */
export const integer = (info: OptionInfo, least = 0, message?: string, most = Number.MAX_SAFE_INTEGER) => {
  const bounds = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
  const fault = message ?? `must be a whole number ${bounds}`;
  const number = v.pipe(v.number(fault), v.safeInteger(fault), v.minValue(least, fault), v.maxValue(most, fault));
  return describe('integer')(number, info);
};

/** A switch. */
export const flag = (info: OptionInfo) => describe('flag')(v.boolean(), info);

/** One of some words. `message` says which. */
export const choice = <const Words extends readonly string[]>(words: Words, info: OptionInfo, message?: string) =>
  describe('choice', { words })(v.picklist(words, message ?? `must be one of ${words.join(', ')}`), info);

/** Path of a file. In a config, a relative one is relative to the config file. */
export const path = (info: OptionInfo) => describe('path')(v.pipe(v.string(), v.nonEmpty('must not be empty')), info);

/** Paths, any number of them. In a config, relative ones are relative to the config file. */
export const paths = (info: OptionInfo) =>
  describe('path', { list: true })(v.array(v.pipe(v.string(), v.nonEmpty('must not be empty'))), info);

/** A Nagios range, given as text or as a number. */
export const range = (info: OptionInfo) =>
  describe('range')(
    v.pipe(
      v.union([v.string(), v.number()], 'must be a Nagios range such as 2, 1:5 or @1:5'),
      v.rawTransform(({ dataset, addIssue, NEVER }) => {
        try {
          return Range.parse(String(dataset.value));
        } catch (error) {
          addIssue({ message: (error as Error).message });
          return NEVER;
        }
      }),
    ),
    info,
  );

const durationMessage = 'must be a duration such as 250ms, 5s, 2m or 1h';

/**
 * A duration as text, in milliseconds once parsed.
 *
 * @param bounds.positive whether it has to be longer than nothing. Default false.
 */
export const duration = (info: OptionInfo, { positive = false }: { readonly positive?: boolean } = {}) =>
  describe('duration')(
    v.pipe(
      v.string(durationMessage),
      v.rawTransform(({ dataset, addIssue, NEVER }) => {
        const ms = parseDuration(dataset.value);
        if (ms !== undefined && (ms > 0 || !positive)) return ms;
        addIssue({ message: ms === undefined ? durationMessage : 'must be longer than 0s' });
        return NEVER;
      }),
    ),
    info,
  );

const durationOrOffMessage = 'must be a duration such as 15s or 1m, or off';

/** A duration as text, in milliseconds once parsed, or `off`. */
export const durationOrOff = ({ help }: OptionInfo) =>
  v.optional(
    v.pipe(
      v.string(durationOrOffMessage),
      v.rawTransform(({ dataset, addIssue, NEVER }) => {
        if (dataset.value === 'off') return 'off' as const;
        const ms = parseDuration(dataset.value);
        if (ms !== undefined && ms > 0) return ms;
        addIssue({ message: durationOrOffMessage });
        return NEVER;
      }),
      v.description(help),
    ),
  );

const secretMessage = 'must be { file: PATH }, { env: VARIABLE } or { credential: NAME }, never the secret itself';
const name = v.pipe(v.string(), v.nonEmpty());

/** The schema of a secret's source, on its own. */
export const secretSource = v.pipe(
  v.union(
    [v.strictObject({ file: name }), v.strictObject({ env: name }), v.strictObject({ credential: name })],
    secretMessage,
  ),
  v.transform((source) => new Secret(source)),
);

/** A secret's source; see {@link Secret}. On the command line it becomes `--NAME-file` and `--NAME-env`. */
export const secret = (info: OptionInfo) => describe('secret')(secretSource, info);

/**
 * Rules between the options of one checker, for the pipe of its schema: `broken` yields the name of each option that
 * breaks one, and what is wrong with it.
 */
export const rules = <Given extends object>(
  broken: (given: Given) => Iterable<readonly [keyof Given & string, string]>,
): v.RawCheckAction<Given> =>
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const input = dataset.value as Given & Record<string, unknown>;
    for (const [key, message] of broken(input))
      addIssue({ message, path: [{ type: 'object', origin: 'value', input, key, value: input[key] }] });
  });

/**
 * A schema that is made when it is first looked at. Making one of forty options takes a command longer than all that
 * it parses of its arguments, and a plain check has no use for it.
 */
export const deferred = <Schema extends object>(make: () => Schema): Schema => {
  let made: Schema | undefined;
  const schema = () => (made ??= make());
  return new Proxy({} as Schema, {
    get: (_, key) => Reflect.get(schema(), key),
    has: (_, key) => Reflect.has(schema(), key),
    ownKeys: () => Reflect.ownKeys(schema()),
    getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(schema(), key),
  });
};

/** What the factory that made this option schema knows of it; `undefined` for a schema made otherwise. */
export const optionInfo = (schema: v.GenericSchema): FullOptionInfo | undefined => {
  const inner = 'wrapped' in schema ? (schema.wrapped as v.GenericSchema) : schema;
  const info = v.getMetadata(inner as Parameters<typeof v.getMetadata>[0]);
  return 'kind' in info ? (info as unknown as FullOptionInfo) : undefined;
};

/** `pasvAddress` as a flag's name: `pasv-address`. */
export const kebabCase = (camelCase: string): string =>
  camelCase.replace(/[A-Z0-9]+/g, (c) => (/^\d/.test(c) ? c : `-${c.toLowerCase()}`));
