import type { Client } from 'ssh2';
import { type Fact, Stopwatch, type Target } from '../../src/checker/index.ts';
import { closeGently } from './close-gently.ts';
import { type Contact, type ContactRun, makeContact } from './contact.ts';
import { identificationFacts, judgeVersions } from './greeting-verdict.ts';
import { keyTypeOf } from './host-key.ts';
import { wrongKey } from './host-key-fault.ts';
import type { SshOptions } from './options.ts';
import { Session, type ShownKey } from './session.ts';
import { criticalFault, SshFault } from './ssh-fault.ts';
import type { StageName } from './stage-name.ts';
import type { Transcript } from './transcript.ts';
import { isDisputed, isGood, type Trust } from './trust.ts';

/** What a {@link Conversation} is made of. */
export interface ConversationParts extends ContactRun {
  readonly target: Target;
  readonly options: SshOptions;
  readonly trust: Trust;
  readonly transcript: Transcript;
  /** A new client of ssh2. */
  readonly newClient: () => Client;
  /** Bytes that the server may send after the login. */
  readonly mostBytes: number;
}

/** Algorithms of host keys, the best first: what ssh2 can verify. */
const algorithms: readonly string[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
];

/** One that is too weak for a login, but may be looked at. */
const weak = 'ssh-dss';

/** A connection with its keys exchanged. */
export interface Opened {
  readonly session: Session;
  readonly shown: ShownKey;
}

/** Connections to one server, one at a time, until there is one whose host key is good, and what they have taught. */
export class Conversation {
  readonly #parts: ConversationParts;
  readonly #facts: Record<string, Fact> = {};
  readonly #keys = new Map<string, string>();
  readonly #withheld: string[] = [];
  #contact: Contact | undefined;
  #session: Session | undefined;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
  }

  /** What is known of the server so far: the first connection's facts, and the keys of all. */
  get facts(): Readonly<Record<string, Fact>> {
    const keys = [...this.#keys].map(([type, fingerprint]) => `${type} ${fingerprint}`);
    return {
      ...this.#session?.facts,
      ...this.#facts,
      ...(keys.length > 0 && { hostKeys: keys }),
      ...(this.#withheld.length > 0 && { hostKeysWithheld: this.#withheld }),
    };
  }

  /**
   * Connects, and exchanges keys. Fingerprints do not tell what type of key they are of: where the server shows none
   * of them, it is asked for its keys of other types, each over a new connection.
   *
   * @throws SshFault, or the signal's reason
   */
  async open(): Promise<Opened> {
    const { trust, target, options, watch } = this.#parts;
    const known = algorithms.filter((name) => trust.types.includes(keyTypeOf(name)));
    const first = await this.#connect([...known, ...algorithms.filter((name) => !known.includes(name))], watch);
    if (isGood(first.shown.opinion)) return first;
    if (first.shown.opinion === 'other' && trust.mayBeOfAnyType)
      for (const type of this.#typesLeft()) {
        if (type === weak) continue;
        await this.leave();
        watch.enter('connect');
        const next = await this.#ask(type, watch);
        if (next && isGood(next.shown.opinion)) return next;
      }
    throw wrongKey(first.shown, [...this.#keys.values()], target, options);
  }

  /**
   * Fetches the keys of all types that the server offers and has not shown yet, each over a connection of its own. Enters
   * the stage `keys`.
   *
   * @throws SshFault, or the signal's reason
   */
  async fetchOtherKeys(): Promise<void> {
    const { watch, target, options, clock } = this.#parts;
    Object.assign(this.#facts, this.#session?.facts);
    const types = this.#typesLeft();
    await this.leave();
    watch.enter('keys');
    for (const type of types) {
      const opened = await this.#ask(type, new Stopwatch<StageName>(clock, 'connect'));
      await this.leave();
      if (opened && isDisputed(opened.shown.opinion))
        throw wrongKey(opened.shown, [opened.shown.key.fingerprint], target, options);
    }
  }

  /** Ends the connection in good order. */
  async leave(): Promise<void> {
    this.#session?.leave();
    if (this.#contact) await closeGently(this.#contact.socket, this.#parts);
    this.#contact = undefined;
  }

  /** Types of keys that the server offers and has not shown, its first choice first. */
  #typesLeft(): readonly string[] {
    const offered = this.#session?.offer?.hostKeys ?? [];
    const types = offered.filter((name) => name === weak || algorithms.includes(name)).map(keyTypeOf);
    return [...new Set(types)].filter((type) => !this.#keys.has(type));
  }

  /**
   * Asks for the key of one type. Gives `undefined` when the server hangs up over it: Dropbear offers types of which it
   * has no key.
   */
  async #ask(type: string, watch: Stopwatch<StageName>): Promise<Opened | undefined> {
    try {
      return await this.#connect(
        [...algorithms, weak].filter((name) => keyTypeOf(name) === type),
        watch,
      );
    } catch (error) {
      if (!(error instanceof SshFault) || error.verdict.code !== 'reset' || watch.stage !== 'kex') throw error;
      this.#withheld.push(type);
      return undefined;
    }
  }

  async #connect(hostKeyAlgorithms: readonly string[], watch: Stopwatch<StageName>): Promise<Opened> {
    const { target, options, transcript, newClient } = this.#parts;
    const contact = await makeContact(target, { ...this.#parts, watch });
    contact.socket.pause();
    this.#contact = contact;
    const { identification, decisive } = contact;
    transcript.note(`connected to ${target.host} port ${target.port}`);
    transcript.heard(identification.line);
    Object.assign(this.#facts, identificationFacts(identification));
    const fault = judgeVersions(identification, options);
    if (fault) throw new SshFault(fault);
    if (!decisive.includes('\n'))
      throw criticalFault(
        'protocol',
        'the identification has no end',
        'What answers there is no SSH server, or a broken one.',
      );
    const session = new Session({ ...this.#parts, watch, contact, client: newClient() });
    this.#session = session;
    const shown = await session.exchangeKeys(hostKeyAlgorithms);
    this.#keys.set(shown.key.type, shown.key.fingerprint);
    return { session, shown };
  }
}
