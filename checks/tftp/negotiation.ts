import type { OptionPair } from './packet.ts';

/**
 * Options of a transfer. As asked for: a `blksize` of 8 to 65464 bytes (RFC 2348), a `timeout` of 1 to 255 s (RFC 2349),
 * a `windowsize` of 1 to 65535 blocks (RFC 7440), and 0 as `tsize`, which the server replaces with the size of the file
 * (RFC 2349). As granted: what the server said. Those that are absent were not asked for, or not granted.
 */
export interface TransferOptions {
  readonly blksize?: number | undefined;
  readonly tsize?: number | undefined;
  readonly timeout?: number | undefined;
  readonly windowsize?: number | undefined;
}

const names = ['blksize', 'tsize', 'timeout', 'windowsize'] as const;

/** The name of an option in requests and acknowledgements. */
export type OptionName = (typeof names)[number];

/** The names of the options that are there. */
export const optionNames = (options: TransferOptions): readonly OptionName[] =>
  names.filter((name) => options[name] !== undefined);

/** Options as they stand in a request. */
export const optionPairs = (asked: TransferOptions): readonly OptionPair[] =>
  optionNames(asked).map((name) => [name, String(asked[name])]);

/** What an OACK grants, or what is wrong with it, in words that follow "an OACK". */
export type Negotiation = { readonly granted: TransferOptions } | { readonly fault: string };

/** The largest file size that is taken for one. */
const digits = /^\d{1,15}$/;

/**
 * Judges the options of an OACK by those that were asked for. The server may leave some out and lower `blksize` and
 * `windowsize`; it may neither raise them, change `timeout`, nor bring up others (RFC 2347 to 2349, RFC 7440). Names are
 * compared without regard to case.
 */
export const negotiate = (asked: TransferOptions, pairs: readonly OptionPair[]): Negotiation => {
  const granted: Partial<Record<OptionName, number>> = {};
  for (const [said, text] of pairs) {
    const name = names.find((known) => known === said.toLowerCase());
    const most = name && asked[name];
    if (name === undefined || most === undefined) return { fault: `with ${said}, which was not asked for` };
    if (granted[name] !== undefined) return { fault: `with ${name} twice` };
    if (!digits.test(text)) return { fault: `with ${name} "${text}", which is no number` };
    const value = Number(text);
    const fault = faultOf(name, value, most);
    if (fault !== undefined) return { fault: `with ${name} ${value}, ${fault}` };
    granted[name] = value;
  }
  return { granted };
};

const leastBlksize = 8;

const faultOf = (name: OptionName, value: number, asked: number): string | undefined => {
  switch (name) {
    case 'tsize':
      return undefined;
    case 'timeout':
      return value === asked ? undefined : `where ${asked} was asked for`;
    case 'blksize':
    case 'windowsize':
      if (value > asked) return `more than the ${asked} that was asked for`;
      return value < (name === 'blksize' ? leastBlksize : 1) ? 'less than is allowed' : undefined;
    default:
      return name satisfies never;
  }
};
