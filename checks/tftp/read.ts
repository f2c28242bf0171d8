import type { LinearPattern, Target } from '../../src/checker/index.ts';
import { type Exchange, type ExchangeContext, exchange, type ReadRequest } from './exchange.ts';
import { optionNames, type TransferOptions } from './negotiation.ts';
import { defaultFile, defaultLapBytes, defaultMaxBytes, type TftpOptions } from './options.ts';
import { defaultBlockBytes } from './packet.ts';
import type { HostAddress } from './resolve.ts';
import type { Peer } from './twin-sockets.ts';

/** What asking for the file came to. */
export interface Reading {
  readonly exchange: Exchange;
  /** The exchange before it, which got the first block with `blksize` 512. */
  readonly lap?: Exchange;
}

/** What is asked, and how. */
export interface ReadingOf {
  /** Of the host; one is tried after another as long as the answer is a fault of the network. */
  readonly addresses: readonly HostAddress[];
  readonly target: Pick<Target, 'port' | 'source'>;
  readonly options: TftpOptions;
  readonly pattern?: LinearPattern | undefined;
}

/** Asks for the file, after the MTU lap if there is to be one. */
export const read = async (what: ReadingOf, context: ExchangeContext): Promise<Reading> => {
  const { options } = what;
  const request = requestOf(what);
  const { asked } = request;
  if (!options.mtuLap) return { exchange: (await askEach(what.addresses, what.target, request, context)).exchange };

  const small = { ...request, asked: { ...asked, blksize: defaultBlockBytes }, firstBlock: true };
  context.transcript?.note(`first block with blksize ${defaultBlockBytes}`);
  const { peer, exchange: lap } = await askEach(what.addresses, what.target, small, context);
  if (lap.end.kind !== 'file') return { exchange: lap };
  const blksize = options.blksize ?? defaultLapBytes;
  context.transcript?.note(`the same with blksize ${blksize}`);
  const large = { ...asked, blksize };
  // Without the option nothing is known of larger blocks.
  const required = options.requireOptions ? optionNames(large) : (['blksize'] as const);
  return { lap, exchange: await exchange(peer, { ...request, asked: large, required }, context) };
};

const requestOf = ({ options, target, pattern }: ReadingOf): ReadRequest => {
  const { file = defaultFile, mode = 'octet', maxBytes = defaultMaxBytes, expectError } = options;
  const asked: TransferOptions = {
    blksize: options.blksize,
    tsize: options.tsize ? 0 : undefined,
    timeout: options.optionTimeout,
    windowsize: options.windowsize,
  };
  return {
    file,
    mode,
    // Where an ERROR is expected, the first byte of a file is one too many.
    maxBytes: expectError === undefined ? Math.min(maxBytes, pattern?.longestBytes ?? maxBytes) : 0,
    asked,
    required: options.requireOptions ? optionNames(asked) : [],
    firstBlock: options.firstBlock ?? false,
    anySource: options.sourcePolicy === 'any',
    from: target.source,
  };
};

const askEach = async (
  [first, ...others]: readonly HostAddress[],
  target: Pick<Target, 'port'>,
  request: ReadRequest,
  context: ExchangeContext,
): Promise<{ readonly peer: Peer; readonly exchange: Exchange }> => {
  if (!first) throw new Error('a resolved host has an address');
  const { address, family } = first;
  const peer = { address, family, port: target.port };
  const asked = await exchange(peer, request, context);
  return asked.end.kind === 'fault' && others.length > 0
    ? askEach(others, target, request, context)
    : { peer, exchange: asked };
};
