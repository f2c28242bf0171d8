const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const hexadecimal = /^0[xX][0-9a-fA-F]+$/;

/** @throws RangeSyntaxError about the whole range */
const parseBound = (bound: string, range: string): number => {
  if (decimal.test(bound) || hexadecimal.test(bound)) {
    const value = Number(bound);
    if (Number.isFinite(value)) return value;
  }
  throw new RangeSyntaxError(range);
};

/** Thrown by {@link Range.parse}; the message names what is wrong with the text. */
export class RangeSyntaxError extends Error {
  override readonly name = 'RangeSyntaxError';
  constructor(text: string, why = 'expected [@][START:][END] with numbers, such as 10, 10:, ~:10, 5:10 or @5:10') {
    super(`"${text}" is not a range: ${why}`);
  }
}

/**
 * A Nagios threshold range: `10` (0 to 10), `10:` (10 and more), `~:10` (10 and less), `5:10`, and `@5:10`, which
 * alerts inside instead of outside. Both ends belong to the range; blanks around numbers do not matter.
 *
 * Source: monitoring-plugins developer guidelines, "Threshold and Ranges".
 */
export class Range {
  /** Lower end, `-Infinity` for `~`. */
  readonly start: number;
  /** Upper end, `Infinity` when none is given. */
  readonly end: number;
  /** Whether a value *inside* raises the alert (`@`). */
  readonly alertInside: boolean;

  constructor(start: number, end: number, alertInside = false) {
    if (!(start <= end)) throw new RangeSyntaxError(`${start}:${end}`, 'the start is greater than the end');
    this.start = start;
    this.end = end;
    this.alertInside = alertInside;
  }

  /** @throws RangeSyntaxError when `text` is none of the documented forms. */
  static parse(text: string): Range {
    const alertInside = text.startsWith('@');
    const body = alertInside ? text.slice(1) : text;
    const colon = body.indexOf(':');
    const [from, to] = [body.slice(0, Math.max(colon, 0)).trim(), body.slice(colon + 1).trim()];
    if (to === '' && (colon < 0 || from === '')) throw new RangeSyntaxError(text);
    const start = from === '~' ? Number.NEGATIVE_INFINITY : from === '' ? 0 : parseBound(from, text);
    const end = to === '' ? Number.POSITIVE_INFINITY : parseBound(to, text);
    if (start > end) throw new RangeSyntaxError(text, `the start${from === '' ? ', 0,' : ''} is greater than the end`);
    return new Range(start, end, alertInside);
  }

  /** Whether `value` raises the alert. */
  alerts(value: number): boolean {
    return (value >= this.start && value <= this.end) === this.alertInside;
  }

  /** The shortest text that parses to this range; with `digits`, every number has that many decimals. */
  toString(digits?: number): string {
    const number = (value: number) => (digits === undefined ? String(value) : value.toFixed(digits));
    const end = this.end === Number.POSITIVE_INFINITY ? '' : number(this.end);
    const start =
      this.start === Number.NEGATIVE_INFINITY ? '~:' : this.start === 0 && end ? '' : `${number(this.start)}:`;
    return `${this.alertInside ? '@' : ''}${start}${end}`;
  }

  toJSON(): string {
    return this.toString();
  }
}
