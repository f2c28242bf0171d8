import type { GenericSchema } from 'valibot';
import { nearestWord, options } from '../checker/index.ts';
import type { ProblemList } from './problem-list.ts';
import type { Path, SourceNode } from './source-node.ts';

/** What the schemas of valibot look like from inside, as far as keys are concerned. */
interface SchemaShape {
  readonly wrapped?: GenericSchema;
  readonly entries?: Readonly<Record<string, GenericSchema>>;
  readonly value?: GenericSchema;
  readonly item?: GenericSchema;
  readonly options?: readonly unknown[];
}

/** Valibot passes over these keys of a record without a word. */
const forbiddenKeys = new Set(['__proto__', 'prototype', 'constructor']);

/** Where the schema's walk reports. */
export interface Reports {
  readonly problems: ProblemList;
  /** Told of each path whose value must not be shown. */
  readonly onSecret: (path: Path) => void;
}

/**
 * The plain value of a node without the keys its schema does not know, each of which becomes a problem: valibot
 * itself stops at the first, suggests nothing, and takes a list for a map.
 */
export const knownPart = (schema: GenericSchema, node: SourceNode, path: Path, reports: Reports): unknown => {
  const secret = options.optionInfo(schema)?.kind === 'secret';
  if (secret) reports.onSecret(path);
  const { wrapped, entries, value, item, options: members } = schema as SchemaShape;
  // A secret may stand where a key should: only a key that is nearly right is told by name.
  if (secret && node.kind === 'map' && [...node.entries.keys()].some((key) => !isSecretKey(key))) return null;
  if (wrapped) return knownPart(wrapped, node, path, reports);
  const maps = members?.filter(isMapSchema) ?? [];
  switch (node.kind) {
    case 'plain':
      return node.value;
    case 'list':
      if (entries || value || maps.length > 0) return null;
      return node.items.map((child, index) =>
        item ? knownPart(item, child, [...path, index], reports) : plain(child),
      );
    case 'map': {
      if (value) return knownRecord(value, node.entries, path, reports);
      const known = entries ?? Object.assign({}, ...maps.map((map) => map.entries));
      return entries || maps.length > 0 ? knownEntries(known, node.entries, path, reports) : plain(node);
    }
  }
};

const isSecretKey = (key: string): boolean => nearestWord(key, ['file', 'env', 'credential']) !== undefined;

/** Reports a key that is none of the known ones. */
export const reportUnknownKey = (path: Path, known: Iterable<string>, problems: ProblemList): void =>
  problems.add(path, 'unknown key', { part: 'key', suggestion: nearestWord(String(path.at(-1)), known) });

/** The plain value of a node, as JSON would have it. */
export const plain = (node: SourceNode): unknown => {
  switch (node.kind) {
    case 'plain':
      return node.value;
    case 'list':
      return node.items.map(plain);
    case 'map':
      return Object.fromEntries(Array.from(node.entries, ([key, child]) => [key, plain(child)]));
  }
};

const knownEntries = (
  schemas: Readonly<Record<string, GenericSchema>>,
  entries: ReadonlyMap<string, SourceNode>,
  path: Path,
  reports: Reports,
): unknown => {
  const known: Record<string, unknown> = {};
  for (const [key, child] of entries) {
    const schema = Object.hasOwn(schemas, key) ? schemas[key] : undefined;
    if (schema) known[key] = knownPart(schema, child, [...path, key], reports);
    else reportUnknownKey([...path, key], Object.keys(schemas), reports.problems);
  }
  return known;
};

const knownRecord = (
  schema: GenericSchema,
  entries: ReadonlyMap<string, SourceNode>,
  path: Path,
  reports: Reports,
): unknown => {
  const known: Record<string, unknown> = {};
  for (const [key, child] of entries) {
    if (forbiddenKeys.has(key)) reports.problems.add([...path, key], 'cannot be used as a name', { part: 'key' });
    else known[key] = knownPart(schema, child, [...path, key], reports);
  }
  return known;
};

const isMapSchema = (member: unknown): member is { readonly entries: Readonly<Record<string, GenericSchema>> } =>
  typeof member === 'object' && member !== null && 'entries' in member;
