import * as v from 'valibot';
import { nearestWord } from '../checker/index.ts';
import { knownPart, reportUnknownKey } from './known-part.ts';
import type { ProblemList } from './problem-list.ts';
import type { Valid } from './schema.ts';
import { nodeAt, type Path, renderPath, type SourceNode } from './source-node.ts';
import { defaultMessage, quotedWords, withFound } from './wording.ts';

/** What is validated, and where its problems go. */
export interface Subject {
  readonly node: SourceNode;
  /** Path from the root of the file, for messages. */
  readonly path: Path;
  readonly problems: ProblemList;
  /** Turns the known part into what the schema gets. */
  readonly prepare?: (value: unknown) => unknown;
}

/** What the schema makes of a value; `undefined` after a problem, and all problems are told. */
export const validate = <Output>(
  schema: v.GenericSchema<unknown, Output>,
  { node, path, problems, prepare = (value) => value }: Subject,
): Output | undefined => {
  const secrets = new Set<string>();
  const onSecret = (secret: Path) => void secrets.add(renderPath(secret));
  const value = prepare(knownPart(schema, node, path, { problems, onSecret }));
  const outcome = v.safeParse(schema, value, { message: defaultMessage });
  if (outcome.success) return outcome.output;

  for (const issue of outcome.issues) {
    const keys = keysOf(issue);
    const secret = keys.some((_, index) => secrets.has(renderPath([...path, ...keys.slice(0, index + 1)])));
    for (const { message, expected, kind, keys: deeper, part } of usefulIssues(issue, secret)) {
      const found = secret ? undefined : nodeAt(node, [...keys, ...deeper]);
      if (kind === 'union' && problems.has([...path, ...keys])) continue;
      problems.add([...path, ...keys, ...deeper], withFound(message, part === 'key' ? undefined : found), {
        part,
        suggestion: suggestionFor(found, expected),
      });
    }
  }
  return undefined;
};

/**
 * Validates the entries of a map one by one, so that a problem in one does not hide what can only be seen once
 * another is known to be right.
 *
 * @param elsewhere keys whose values somebody else validates
 */
export const validateEntries = <Entries extends v.ObjectEntries>(
  schema: v.StrictObjectSchema<Entries, undefined>,
  { node, path, problems }: Subject,
  elsewhere: readonly (keyof Entries)[] = [],
): Valid<Entries> => {
  const outputs: Record<string, unknown> = {};
  if (node.kind !== 'map') {
    problems.add(path, withFound('must be a map', node));
    return outputs as Valid<Entries>;
  }
  for (const key of node.entries.keys())
    if (!Object.hasOwn(schema.entries, key)) reportUnknownKey([...path, key], Object.keys(schema.entries), problems);
  for (const [key, entry] of Object.entries(schema.entries)) {
    const child = node.entries.get(key);
    if (elsewhere.includes(key) && child) continue;
    if (child) outputs[key] = validate(entry as v.GenericSchema, { node: child, path: [...path, key], problems });
    else if (entry.type !== 'optional') problems.add([...path, key], 'is required');
  }
  return outputs as Valid<Entries>;
};

interface UsefulIssue {
  readonly message: string;
  readonly expected: string | null;
  readonly kind: string;
  readonly keys: Path;
  readonly part: 'key' | 'value';
}

/**
 * Of a value that could have taken several forms, the mistakes in the form it took; the union's own message when it
 * took none, or when its value is a secret.
 */
const usefulIssues = (issue: v.BaseIssue<unknown>, secret: boolean): readonly UsefulIssue[] => {
  const within = secret ? [] : (issue.issues ?? []).filter((sub) => sub.path || sub.kind !== 'schema');
  if (within.length > 0)
    return within.flatMap((sub) => usefulIssues(sub, secret).map((u) => ({ ...u, keys: [...keysOf(sub), ...u.keys] })));
  const { message, expected, type, path } = issue;
  return [{ message, expected, kind: type, keys: [], part: path?.at(-1)?.origin === 'key' ? 'key' : 'value' }];
};

const keysOf = ({ path }: v.BaseIssue<unknown>): Path =>
  path?.map(({ key }) => (typeof key === 'number' ? key : String(key))) ?? [];

const suggestionFor = (node: SourceNode | undefined, expected: string | null): string | undefined =>
  node?.kind === 'plain' && typeof node.value === 'string' ? nearestWord(node.value, quotedWords(expected)) : undefined;
