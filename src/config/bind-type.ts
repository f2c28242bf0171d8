import { dirname, resolve } from 'node:path';
import { nearestWord, options } from '../checker/index.ts';
import type { Described } from './config.ts';
import { reportUnknownKey } from './known-part.ts';
import type { ProblemList } from './problem-list.ts';
import type { Path, SourceNode } from './source-node.ts';
import { validate } from './validate.ts';
import { withFound } from './wording.ts';

/** A checker or a type of hook, with its options. */
export interface Bound<Type extends Described> {
  readonly type: Type;
  readonly options: unknown;
}

/** Where a `{ type: …, option: … }` stands, and what it may be. */
export interface TypedSubject<Type extends Described> {
  readonly node: SourceNode;
  readonly path: Path;
  readonly problems: ProblemList;
  /** `check` or `hook`, for messages. */
  readonly noun: string;
  readonly known: readonly Type[];
  /** Options that a type takes from elsewhere where it has them and they are not given. */
  readonly inherited?: ReadonlyMap<string, SourceNode>;
  /** The config file, absolute: relative paths in options are relative to its folder. */
  readonly file: string;
}

/** Finds the type that a map names and validates the rest of the map as its options; `undefined` after a problem. */
export const bindType = <Type extends Described>(subject: TypedSubject<Type>): Bound<Type> | undefined => {
  const { node, path, problems, file } = subject;
  // Whoever looked at the farm has told that this is no map.
  if (node.kind !== 'map') return undefined;
  const type = findType(node.entries, subject);
  if (!type) return undefined;
  const entries = new Map([...inheritedBy(type, subject), ...node.entries]);
  entries.delete('type');
  const prepare = (value: unknown) => complete(value, type, dirname(file));
  const bound = validate(type.options, { node: { ...node, entries }, path, problems, prepare });
  return bound === undefined ? undefined : { type, options: bound };
};

const inheritedBy = <Type extends Described>(
  { options: schema }: Type,
  { inherited = new Map() }: TypedSubject<Type>,
) => [...inherited].filter(([key]) => Object.hasOwn(schema.entries, key));

const findType = <Type extends Described>(
  entries: ReadonlyMap<string, SourceNode>,
  { path, problems, noun, known }: TypedSubject<Type>,
): Type | undefined => {
  const names = known.map(({ name }) => name);
  const choice = `known: ${names.join(', ')}`;
  const node = entries.get('type');
  if (!node) {
    const slip = [...entries.keys()].find((key) => nearestWord(key, ['type']) !== undefined);
    if (slip === undefined) problems.add([...path, 'type'], `is required (${choice})`);
    else reportUnknownKey([...path, slip], ['type'], problems);
    return undefined;
  }
  const name = node.kind === 'plain' ? node.value : undefined;
  const type = known.find((candidate) => candidate.name === name);
  if (!type)
    problems.add([...path, 'type'], withFound(`must be a type of ${noun} (${choice})`, node), {
      suggestion: typeof name === 'string' ? nearestWord(name, names) : undefined,
    });
  return type;
};

/** Makes a list of the one text that stands for it, and paths absolute, those of secret files too. */
const complete = (value: unknown, { options: schema }: Described, folder: string): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  const absolute = (path: unknown) => (typeof path === 'string' && path !== '' ? resolve(folder, path) : path);
  const completed = Object.entries(value).map(([key, given]: [string, unknown]) => {
    const info = schema.entries[key] && options.optionInfo(schema.entries[key]);
    const option = info?.list && typeof given === 'string' ? [given] : given;
    if (info?.kind === 'path') return [key, Array.isArray(option) ? option.map(absolute) : absolute(option)];
    if (info?.kind === 'secret' && typeof option === 'object' && option !== null && 'file' in option)
      return [key, { ...option, file: absolute(option.file) }];
    return [key, option];
  });
  return Object.fromEntries(completed);
};
