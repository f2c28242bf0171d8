import { cleanText, type Metric, Range, type Unit } from '../../src/checker/index.ts';

/** Most metrics that are taken from one output. */
const mostMetrics = 100;

/** Longest label, in characters. */
const longestLabel = 100;

/** Units of plugins as ours, and what a value in them is multiplied by. Multiples of bytes are those of 1024, as check_disk has them. */
const units: Readonly<Record<string, readonly [Unit, number]>> = {
  '': ['', 1],
  s: ['s', 1],
  ms: ['s', 1e-3],
  us: ['s', 1e-6],
  '%': ['%', 1],
  c: ['c', 1],
  B: ['B', 1],
  KB: ['B', 1024],
  MB: ['B', 1024 ** 2],
  GB: ['B', 1024 ** 3],
  TB: ['B', 1024 ** 4],
};

const number = /^[+-]?(?:\d{1,30}\.?\d{0,30}|\.\d{1,30})(?:[eE][+-]?\d{1,3})?/;

/**
 * The metrics in the performance data of a plugin: `'label'=value[UOM];[warn];[crit];[min];[max]`, parted by blanks.
 * What is none is passed over, as is a value that the plugin could not tell (`U`). Never throws, and takes linear
 * time. (monitoring-plugins developer guidelines, "Performance data".)
 */
export const parsePerfdata = (text: string): readonly Metric[] => {
  const metrics = new Map<string, Metric>();
  for (const [label, fields] of items(text)) {
    if (metrics.size === mostMetrics) break;
    const metric = label === '' || metrics.has(label) ? undefined : parseFields(label, fields);
    if (metric) metrics.set(label, metric);
  }
  return [...metrics.values()];
};

/** Label and what stands behind its `=`, one by one. */
const items = function* (text: string): Generator<readonly [label: string, fields: string]> {
  const item = /'((?:[^']|'')*)'=(\S*)|([^\s=']+)=(\S*)|\S+/g;
  for (const [, quoted, quotedFields = '', plain, plainFields = ''] of text.matchAll(item)) {
    if (quoted !== undefined) yield [labelOf(quoted.replaceAll("''", "'")), quotedFields];
    else if (plain !== undefined) yield [labelOf(plain), plainFields];
  }
};

const labelOf = (text: string): string => cleanText(text).trim().slice(0, longestLabel).toWellFormed();

const parseFields = (label: string, fields: string): Metric | undefined => {
  const [measured = '', warn, crit, least, most] = fields.split(';', 5);
  const [digits] = number.exec(measured) ?? [];
  if (digits === undefined) return undefined;
  const [unit, factor] = units[measured.slice(digits.length)] ?? ['', 1];
  const scaled = (value: number) => (factor === 1 ? value : value * factor);
  const value = scaled(Number(digits));
  if (!Number.isFinite(value)) return undefined;
  const warning = rangeOf(warn, scaled);
  const critical = rangeOf(crit, scaled);
  const min = boundOf(least, scaled);
  const max = boundOf(most, scaled);
  return { label, value, unit, ...defined({ warning, critical, min, max }) };
};

const boundOf = (text: string | undefined, scaled: (value: number) => number): number | undefined => {
  const [digits] = number.exec(text ?? '') ?? [];
  const value = digits === undefined ? Number.NaN : scaled(Number(digits));
  return Number.isFinite(value) ? value : undefined;
};

const rangeOf = (text: string | undefined, scaled: (value: number) => number): Range | undefined => {
  if (!text) return undefined;
  try {
    const { start, end, alertInside } = Range.parse(text);
    return new Range(scaled(start), scaled(end), alertInside);
  } catch {
    return undefined;
  }
};

const defined = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
