/** How a server identifies itself (RFC 4253, section 4.2). */
export interface Identification {
  /** The whole line, without its end. */
  readonly line: string;
  /** Such as `2.0`. */
  readonly protocol: string;
  /** Such as `OpenSSH_9.2p1`. */
  readonly software: string;
  /** What follows the software after a blank. */
  readonly comment?: string;
}

/** What a server says first. */
export type Greeting = { readonly kind: 'identification'; readonly identification: Identification } | OtherGreeting;

/** What a server says that does not identify itself. */
export type OtherGreeting =
  /** A line that begins like an identification and is none. */
  | { readonly kind: 'invalid'; readonly line: string }
  /** The line with which OpenSSH turns a client away. */
  | { readonly kind: 'turned-away'; readonly line: string }
  /** Anything else; empty when nothing came. */
  | { readonly kind: 'not-ssh'; readonly text: string };

/** RFC 4253 has 255 bytes for the identification, and no limit for the lines that may come before it. */
const mostBytes = 16 * 1024;

/** Finds the identification in what a server sends, however it is cut into pieces. */
export class GreetingReader {
  #bytes: Buffer = Buffer.alloc(0);
  #searched = 0;

  /** Takes more bytes; gives the greeting as soon as it is clear. */
  push(bytes: Uint8Array): Greeting | undefined {
    // Most greetings come in one piece.
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#bytes = this.#bytes.length === 0 ? piece : Buffer.concat([this.#bytes, piece]);
    for (let end = this.#lineEnd(); end >= 0; end = this.#lineEnd()) {
      const greeting = judgeLine(this.#bytes.subarray(this.#searched, end));
      if (greeting) return greeting;
      this.#searched = end + 1;
    }
    return this.#bytes.length >= mostBytes ? withoutEnd(this.finish()) : undefined;
  }

  /** What it was when no more will come: a last line needs no end. */
  finish(): Greeting {
    const said = this.#bytes.subarray(0, mostBytes);
    return judgeLine(said.subarray(this.#searched)) ?? { kind: 'not-ssh', text: said.toString() };
  }

  /** What came from the beginning of the line on that decided, as it came. */
  get decisive(): Buffer {
    return this.#bytes.subarray(this.#searched);
  }

  #lineEnd(): number {
    return this.#bytes.subarray(0, mostBytes).indexOf('\n', this.#searched);
  }
}

/** What a greeting is that does not end where all do: no identification, whatever it looks like. */
const withoutEnd = (greeting: Greeting): Greeting =>
  greeting.kind === 'identification' ? { kind: 'invalid', line: greeting.identification.line } : greeting;

/** From sshd.c: for penalties and MaxStartups since 9.8, and for MaxStartups before. */
const turnedAway: readonly string[] = ['Not allowed at this time', 'Exceeded MaxStartups'];

const identificationLine = /^SSH-(\d{1,5}(?:\.\d{1,5}){0,3})-(\S+)(?:[ \t]+(.*))?$/;

/** The greeting that one line is; `undefined` when it may come before an identification. */
const judgeLine = (bytes: Buffer): Greeting | undefined => {
  // A NUL ends the text, as in the classic plugin.
  const nul = bytes.indexOf(0);
  const line = bytes
    .subarray(0, nul < 0 ? bytes.length : nul)
    .toString()
    .trimEnd();
  const [, protocol, software, comment] = identificationLine.exec(line) ?? [];
  if (protocol && software)
    return { kind: 'identification', identification: { line, protocol, software, ...(comment && { comment }) } };
  if (line.startsWith('SSH-')) return { kind: 'invalid', line };
  if (turnedAway.includes(line)) return { kind: 'turned-away', line };
  return undefined;
};
