import { Range } from '../checker/range.ts';
import { Secret, type SecretSource } from '../checker/secret.ts';

/** The key that marks what stands for an object of a class. */
const mark = 'farm-guardian:class';

/** What stands for a range or a secret between threads: copying alone would leave an empty object of either. */
type Packed =
  | { readonly [mark]: 'range'; readonly ends: readonly [number, number, boolean] }
  | { readonly [mark]: 'secret'; readonly source: SecretSource };

/**
 * A copy that can cross to another thread: ranges and secrets become plain values, a secret its source, never its
 * content. Functions are left out, whatever else is no plain value is left as it is.
 */
export const pack = (value: unknown): unknown => {
  if (value instanceof Range) return { [mark]: 'range', ends: [value.start, value.end, value.alertInside] };
  if (value instanceof Secret) return { [mark]: 'secret', source: value.source };
  return typeof value === 'function' ? undefined : mapValues(value, pack);
};

/** What {@link pack} was given. */
export const unpack = (value: unknown): unknown => {
  if (!isPacked(value)) return mapValues(value, unpack);
  switch (value[mark]) {
    case 'range':
      return new Range(...value.ends);
    case 'secret':
      return new Secret(value.source);
  }
};

const isPacked = (value: unknown): value is Packed =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, mark);

const mapValues = (value: unknown, change: (value: unknown) => unknown): unknown => {
  if (Array.isArray(value)) return value.map(change);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, change(entry)]));
};
