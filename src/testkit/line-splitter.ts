import { StringDecoder } from 'node:string_decoder';

const longestLine = 4_096;

/** Cuts a stream of bytes into lines ended by LF or CR LF; a line over 4,096 characters loses its rest. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  /** The lines that end in this piece. */
  feed(piece: Uint8Array): string[] {
    const lines = (this.#rest + this.#decoder.write(Buffer.from(piece))).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, longestLine);
    return lines.map((line) => line.replace(/\r$/, '').slice(0, longestLine));
  }
}
