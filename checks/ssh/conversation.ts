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
import { isGood, type Trust } from './trust.ts';

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

/** Connections to one server, one at a time, until there is one whose host key is good, and what they have taught. */
export class Conversation {
  readonly #parts: ConversationParts;
  readonly #facts: Record<string, Fact> = {};
  readonly #keys = new Map<string, string>();
  #contact: Contact | undefined;
  #session: Session | undefined;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
  }

  /** What is known of the server so far: the first connection's facts, and the keys of all. */
  get facts(): Readonly<Record<string, Fact>> {
    const keys = [...this.#keys].map(([type, fingerprint]) => `${type} ${fingerprint}`);
    return { ...this.#session?.facts, ...this.#facts, ...(keys.length > 0 && { hostKeys: keys }) };
  }

  /**
   * Connects, and exchanges keys. Fingerprints do not tell what type of key they are of: where the server shows none
   * of them, it is asked for its keys of other types, each over a new connection.
   *
   * @throws SshFault, or the signal's reason
   */
  async open(): Promise<{ readonly session: Session; readonly shown: ShownKey }> {
    const { trust, target, options, watch } = this.#parts;
    const tried: string[] = [];
    for (;;) {
      const wanted = algorithms.filter((name) => !tried.includes(keyTypeOf(name)));
      const known = wanted.filter((name) => trust.types.includes(keyTypeOf(name)));
      if (tried.length > 0) watch.enter('connect');
      const opened = await this.#connect([...known, ...wanted.filter((name) => !known.includes(name))], watch);
      const { shown, session } = opened;
      if (isGood(shown.opinion)) return opened;
      tried.push(shown.key.type);
      const more = this.#offeredTypes(session).some((type) => type !== weak && !tried.includes(type));
      if (shown.opinion !== 'other' || !trust.mayBeOfAnyType || !more)
        throw wrongKey(shown, [...this.#keys.values()], target, options);
      await this.leave();
    }
  }

  /**
   * Fetches the keys of all types that the server offers and has not shown yet, each over a connection of its own.
   * Enters the stage `keys`.
   *
   * @throws SshFault, or the signal's reason
   */
  async fetchOtherKeys(): Promise<void> {
    const { watch, target, options, clock } = this.#parts;
    const types = this.#session ? this.#offeredTypes(this.#session) : [];
    Object.assign(this.#facts, this.#session?.facts);
    await this.leave();
    watch.enter('keys');
    for (const type of types) {
      if (this.#keys.has(type)) continue;
      const names = [...algorithms, weak].filter((name) => keyTypeOf(name) === type);
      const { shown } = await this.#connect(names, new Stopwatch<StageName>(clock, 'connect'));
      await this.leave();
      if (shown.opinion === 'changed' || shown.opinion === 'revoked')
        throw wrongKey(shown, [shown.key.fingerprint], target, options);
    }
  }

  /** Ends the connection in good order. */
  async leave(): Promise<void> {
    this.#session?.leave();
    if (this.#contact) await closeGently(this.#contact.socket, this.#parts);
    this.#contact = undefined;
  }

  #offeredTypes({ offer }: Session): readonly string[] {
    const types = (offer?.hostKeys ?? []).filter((name) => name === weak || algorithms.includes(name)).map(keyTypeOf);
    return [...new Set(types)];
  }

  async #connect(
    hostKeyAlgorithms: readonly string[],
    watch: Stopwatch<StageName>,
  ): Promise<{ session: Session; shown: ShownKey }> {
    const { target, options, transcript, newClient } = this.#parts;
    const contact = await makeContact(target, { ...this.#parts, watch });
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
