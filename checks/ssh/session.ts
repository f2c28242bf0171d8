import type { Client, ClientChannel, ClientErrorExtensions, NegotiatedAlgorithms, NextAuthHandler } from 'ssh2';
import { cleanText, type Fact, type Stopwatch } from '../../src/checker/index.ts';
import { AuthPlan } from './auth-plan.ts';
import { type Contact, ourSoftware } from './contact.ts';
import type { Credentials } from './credentials.ts';
import { describeKey, type HostKey } from './host-key.ts';
import { type Offer, offerFacts } from './key-exchange-offer.ts';
import { meter } from './meter.ts';
import { endless, noPackets, passwordExpired, turnedKey } from './session-fault.ts';
import { authFault, channelFault, classifyClientError, closedFault, type SshFault } from './ssh-fault.ts';
import type { StageName } from './stage-name.ts';
import type { Transcript } from './transcript.ts';
import { isGood, type Opinion, type Trust } from './trust.ts';

/** What a {@link Session} is made of. */
export interface SessionParts {
  /** A client of ssh2 that is not connected. */
  readonly client: Client;
  readonly contact: Contact;
  readonly trust: Trust;
  readonly watch: Stopwatch<StageName>;
  readonly transcript: Transcript;
  /** Bytes that the server may send after the login. */
  readonly mostBytes: number;
  /** Ends the session with its reason. */
  readonly signal: AbortSignal;
}

/** A host key, and what is thought of it. */
export interface ShownKey {
  readonly key: HostKey;
  readonly opinion: Opinion;
}

/** What a channel is for. */
export type Purpose = 'subsystem' | 'command';

/** What a server may send until it has let us in: its offer, its keys, a banner. */
const handshakeBytes = 256 * 1024;

/**
 * An SSH connection of ssh2's client that ends at the first fault, whoever finds it: what is awaited rejects with that
 * fault, and everything later is ignored. What the server sends is counted before ssh2 sees it.
 */
export class Session {
  readonly #parts: SessionParts;
  readonly #facts: Record<string, Fact> = {};
  readonly #ended: Promise<never>;
  #end: (reason: unknown) => void = () => {};
  #plan: AuthPlan | undefined;
  #startAuth: (() => void) | undefined;
  #offer: Offer | undefined;
  #shown: ShownKey | undefined;
  #allowedBytes = handshakeBytes;
  #purpose: Purpose = 'subsystem';

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

  /** The algorithms it offers, once it has said so. */
  get offer(): Offer | undefined {
    return this.#offer;
  }

  /** Ends the session; does nothing when it has ended. */
  fail(reason: unknown): void {
    this.#end(reason);
  }

  /** What the promise gives, or the session's end. */
  alive<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([this.#ended, promise]);
  }

  /**
   * Exchanges keys (RFC 4253, sections 7 and 8), and gives the host key that the server has proved to hold. A key that
   * is not good is given before anything is proved, and nothing goes on behind it.
   *
   * @param hostKeyAlgorithms what to ask for, in this order
   * @throws SshFault, or the signal's reason
   */
  exchangeKeys(hostKeyAlgorithms: readonly string[]): Promise<ShownKey> {
    const { client, contact, watch, transcript } = this.#parts;
    const { socket, decisive } = contact;
    watch.enter('kex');
    const outcome = new Promise<ShownKey>((resolve) => {
      client.once('handshake', (negotiated) => {
        this.#learn(negotiated);
        if (this.#shown) resolve(this.#shown);
      });
      socket.unshift(decisive);
      transcript.sent(`SSH-2.0-${ourSoftware}`);
      meter(contact, {
        allowedBytes: () => this.#allowedBytes,
        offered: (offer) => {
          this.#offer = offer;
          Object.assign(this.#facts, offerFacts(offer));
        },
        exceeded: () => this.fail(endless(watch.stage)),
      });
      client
        .on('error', (error: Error & ClientErrorExtensions) => this.fail(this.#explain(error)))
        .on('close', () => this.fail(closedFault(watch.stage)))
        .on('change password', () => this.fail(passwordExpired()))
        .on('banner', (text) => transcript.note(`banner: ${text}`));
      client.connect({
        sock: socket,
        // Sent only with the login.
        username: 'farm-guardian',
        ident: ourSoftware,
        authHandler: (left, _partial, next) => this.#authorise(left, next),
        hostVerifier: (blob: Buffer) => this.#verify(describeKey(blob), resolve) as boolean,
        // No compression: what is small on the wire must not be large in memory.
        algorithms: { compress: ['none'], serverHostKey: [...hostKeyAlgorithms] as never },
        debug: (message) => this.#notice(message),
        // The deadline is ours.
        readyTimeout: 0,
      });
    });
    return this.alive(outcome);
  }

  /**
   * Logs in (RFC 4252).
   *
   * @throws SshFault, or the signal's reason
   */
  async logIn(credentials: Credentials): Promise<void> {
    const { client, watch, mostBytes } = this.#parts;
    watch.enter('auth');
    const ready = new Promise<void>((resolve) => client.once('ready', resolve));
    this.#plan = new AuthPlan(credentials);
    this.#startAuth?.();
    await this.alive(ready);
    this.#allowedBytes += mostBytes;
  }

  /**
   * Opens a channel, and starts a subsystem or a command over it. Enters the stages `channel` and, once that is open,
   * `subsystem` or `command`.
   *
   * @param use takes the channel at once: what the server says right behind its consent would be lost a moment later
   * @throws SshFault, or the signal's reason
   */
  openChannel<T>(purpose: Purpose, what: string, use: (channel: ClientChannel) => T): Promise<T> {
    const { client, watch } = this.#parts;
    watch.enter('channel');
    this.#purpose = purpose;
    return this.alive(
      new Promise<T>((resolve, reject) => {
        const done = (error: Error | undefined, channel: ClientChannel) => {
          if (error) return reject(channelFault(error, purpose, what));
          if (watch.stage === 'channel') watch.enter(purpose);
          if (maximumPacketOf(channel) === 0) reject(noPackets());
          else resolve(use(channel));
        };
        try {
          if (purpose === 'command') client.exec(what, done);
          else client.subsys(what, done);
        } catch {
          // ssh2 throws when the connection is going down and nobody has said so yet.
          reject(closedFault(watch.stage));
        }
      }),
    );
  }

  /** Says goodbye; the socket is to be closed by whoever opened it. */
  leave(): void {
    this.fail(closedFault(this.#parts.watch.stage));
    this.#parts.client.end();
  }

  /** Looks at what ssh2 tells of its dialogue: only so much is known of the moment a channel is open. */
  #notice(message: string): void {
    const { watch, transcript } = this.#parts;
    if (watch.stage === 'channel' && message.startsWith('Inbound: CHANNEL_OPEN_CONFIRMATION'))
      watch.enter(this.#purpose);
    const [, direction, text = ''] = /^(Inbound|Outbound): (?:Received |Sending )?(.*)$/s.exec(message) ?? [];
    if (/^CHANNEL_(?:DATA|WINDOW_ADJUST)/.test(text)) return;
    if (direction === 'Inbound') transcript.heard(text === 'Handshake in progress' ? 'KEXINIT' : text);
    else if (direction === 'Outbound') transcript.sent(text);
  }

  #verify(key: HostKey, show: (shown: ShownKey) => void): boolean | undefined {
    const opinion = this.#parts.trust.judge(key);
    const before = this.#shown;
    this.#shown = { key, opinion };
    Object.assign(this.#facts, { hostKey: key.fingerprint, hostKeyType: key.type });
    if (isGood(opinion)) return true;
    // A key that comes later, in another exchange.
    if (before) this.fail(turnedKey(key.fingerprint));
    else show(this.#shown);
    // Neither yes nor no: with a no, ssh2 would say goodbye in words that sshd logs as an error.
    return undefined;
  }

  #learn({ kex, cs: { cipher, mac } }: NegotiatedAlgorithms): void {
    Object.assign(this.#facts, { kex: cleanText(kex), cipher: cleanText(cipher), ...(mac && { mac: cleanText(mac) }) });
  }

  #authorise(left: Parameters<AuthPlan['next']>[0], next: NextAuthHandler): void {
    const go = () => next((this.#plan?.next(left) ?? false) as never);
    if (this.#plan) go();
    else this.#startAuth = go;
  }

  #explain(error: Error & ClientErrorExtensions): SshFault {
    if (error.level === 'client-authentication') return authFault(this.#plan?.taken);
    return classifyClientError(error, this.#parts.watch.stage, this.#offer);
  }
}

/** ssh2's types do not show it. */
const maximumPacketOf = (channel: ClientChannel): number | undefined =>
  (channel as { readonly outgoing?: { readonly packetSize?: number } }).outgoing?.packetSize;
