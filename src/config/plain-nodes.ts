import type { Sliced } from '../clock/slices.ts';
import type { SourceNode } from './source-node.ts';

/** Thrown within a reader of plain text at what it does not read; whoever calls the reader never sees it. */
export class NotPlain extends Error {
  override readonly name = 'NotPlain';
}

/** So many values are read in one go: about a millisecond. */
const sliceSize = 500;
/** Maps and lists inside each other; a config needs eight. */
const deepest = 24;
/** V8 keeps longer pieces of a text as a view of all of it. */
const longestCopied = 12;

/** What a reader of plain text makes of it; `undefined` where it met something else. */
export function* ifPlain(reading: Sliced<SourceNode>): Sliced<SourceNode | undefined> {
  try {
    return yield* reading;
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

/** What readers of plain text have in common. */
export class PlainNodes {
  #count = 0;

  /** Counts a value; whether it is time to let others have their turn. */
  isSliceFull(): boolean {
    return ++this.#count % sliceSize === 0;
  }

  /** @throws NotPlain for a value too deep within others */
  checkDepth(depth: number): void {
    if (depth > deepest) throw new NotPlain();
  }

  /** The same piece of text, which does not keep the text around it in memory. */
  own(piece: string): string {
    return piece.length > longestCopied ? Buffer.from(piece, 'utf16le').toString('utf16le') : piece;
  }
}
