import type { Socket } from 'node:net';
import type { Client, ClientErrorExtensions } from 'ssh2';
import type { Fact, Stopwatch } from '../../src/checker/index.ts';
import type { Credentials } from './credentials.ts';
import { type Greeting, GreetingReader } from './greeting.ts';
import { identificationFacts, judgeOtherGreeting, judgeVersions } from './greeting-verdict.ts';
import { fingerprintOf, isPinned } from './host-key.ts';
import { ourSoftware } from './identify.ts';
import { defaultMaxBytes, type LoginOptions } from './options.ts';
import { classifyClientError, closedFault, criticalFault, SshFault } from './ssh-fault.ts';
import type { StageName } from './stage-name.ts';

/** What a {@link Session} is made of. */
export interface SessionParts {
  /** A client of ssh2 that is not connected. */
  readonly client: Client;
  /** A connected socket. */
  readonly socket: Socket;
  readonly options: LoginOptions;
  readonly credentials: Credentials;
  readonly stages: Stopwatch<StageName>;
  /** Ends the session with its reason. */
  readonly signal: AbortSignal;
}

/** How ssh2 calls back. */
type Callback<T> = (error: Error | null | undefined, value: T) => void;

/** What the server may send besides the file: handshake, packet frames, login banner. */
const overheadBytes = 1024 * 1024;

/**
 * An SSH connection of ssh2's client that ends at the first fault, whoever finds it: what is awaited rejects with that
 * fault, and everything later is ignored.
 */
export class Session {
  readonly #parts: SessionParts;
  readonly #reader = new GreetingReader();
  readonly #facts: Record<string, Fact> = {};
  readonly #ended: Promise<never>;
  #end: (reason: unknown) => void = () => {};
  #receivedBytes = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#ended = new Promise((_, reject) => {
      this.#end = reject;
    });
    // Whoever waits for something hears of it; nobody has to wait.
    this.#ended.catch(() => {});
    const { signal } = parts;
    signal.addEventListener('abort', () => this.fail(signal.reason), { once: true });
    if (signal.aborted) this.fail(signal.reason);
  }

  /** What is known of the server so far. */
  get facts(): Readonly<Record<string, Fact>> {
    return this.#facts;
  }

  /** Ends the session; does nothing when it has ended. */
  fail(reason: unknown): void {
    this.#end(reason);
  }

  /** What `start` calls back with, or the session's end; `explain` says what an error called back with means. */
  until<T>(start: (done: Callback<T>) => void, explain: (error: Error) => SshFault): Promise<T> {
    const outcome = new Promise<T>((resolve, reject) => {
      try {
        start((error, value) => (error ? reject(explain(error)) : resolve(value)));
      } catch {
        // ssh2 throws when the connection is going down and nobody has said so yet.
        reject(closedFault(this.#parts.stages.stage));
      }
    });
    return Promise.race([this.#ended, outcome]);
  }

  /** Identification, key exchange, login. */
  logIn(): Promise<void> {
    const { client, socket, options, credentials, stages } = this.#parts;
    // Ahead of ssh2, so that the verdict on the greeting is ours.
    socket
      .on('data', (bytes: Buffer) => this.#count(bytes))
      .on('end', () => this.#lose(false))
      .on('error', () => this.#lose(true));
    client
      .on('error', (error: Error & ClientErrorExtensions) => this.fail(classifyClientError(error, stages.stage)))
      .on('close', () => this.fail(closedFault(stages.stage)))
      .once('handshake', () => stages.enter('auth'));
    const ready = new Promise<void>((resolve) => client.once('ready', resolve));
    client.connect({
      sock: socket,
      username: options.user,
      ...credentials,
      ident: ourSoftware,
      hostVerifier: (key: Buffer) => this.#verify(key),
      // The deadline is ours.
      readyTimeout: 0,
    });
    return Promise.race([this.#ended, ready]);
  }

  #count(bytes: Buffer): void {
    const { options, stages, socket } = this.#parts;
    if (stages.stage === 'greeting') this.#greet(this.#reader.push(bytes));
    this.#receivedBytes += bytes.length;
    if (this.#receivedBytes <= (options.maxBytes ?? defaultMaxBytes) + overheadBytes) return;
    this.fail(criticalFault('protocol', `the server sends without end (${stages.stage})`, 'Look at its log.'));
    socket.destroy();
  }

  #greet(greeting: Greeting | undefined): void {
    const { options, stages } = this.#parts;
    if (greeting?.kind === 'identification') {
      Object.assign(this.#facts, identificationFacts(greeting.identification));
      const fault = judgeVersions(greeting.identification, options);
      if (fault) this.fail(new SshFault(fault));
      else stages.enter('kex');
    } else if (greeting) this.fail(new SshFault(judgeOtherGreeting(greeting, false)));
  }

  /** The connection ended, perhaps in the middle of the greeting. */
  #lose(reset: boolean): void {
    if (this.#parts.stages.stage !== 'greeting') return;
    const greeting = this.#reader.finish();
    if (greeting.kind === 'identification') this.fail(closedFault('greeting'));
    else this.fail(new SshFault(judgeOtherGreeting(greeting, reset)));
  }

  #verify(key: Buffer): boolean {
    const fingerprint = fingerprintOf(key);
    this.#facts['hostKey'] = fingerprint;
    if (isPinned(fingerprint, this.#parts.options.hostKey ?? [])) return true;
    const remedy = 'If the key was changed on purpose, put its fingerprint into hostKey; if not, who answers there?';
    this.fail(criticalFault('host-key', `the host key is ${fingerprint}, which is not the expected one`, remedy));
    return false;
  }
}
