import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext, type SecureVersion, TLSSocket } from 'node:tls';
import { createCertificate } from '../certificate.ts';
import type { FtpFault } from './ftp-fault.ts';

/** How a test FTP server speaks TLS (RFC 4217). */
export interface FtpTlsOptions {
  /** Certificate and chain, in PEM (see `createCertificate`). */
  readonly cert: string;
  /** Private key, in PEM. */
  readonly key: string;
  /** After AUTH TLS, or from the first byte. Default `explicit`. */
  readonly mode?: 'explicit' | 'implicit';
  /** Whether nobody logs in, and nothing is transferred, in clear. Default false. */
  readonly required?: boolean;
  /** Whether data connections that do not resume the control connection's session get 522, as of vsftpd. Default false. */
  readonly requireReuse?: boolean;
  /** Another certificate for data connections, which then never resume a session. Default: the same. */
  readonly data?: { readonly cert: string; readonly key: string };
  /** Default: the newest that Node knows. */
  readonly maxVersion?: SecureVersion;
}

/** The TLS side of a test FTP server. */
export class FtpTls {
  readonly implicit: boolean;
  readonly required: boolean;
  readonly requireReuse: boolean;
  readonly #options: FtpTlsOptions;
  readonly #faults: ReadonlySet<FtpFault>;
  readonly #control: SecureContext;
  readonly #data: SecureContext;

  /** @throws OpenSSL's error when certificate or key cannot be read */
  constructor(options: FtpTlsOptions, faults: ReadonlySet<FtpFault>) {
    this.implicit = options.mode === 'implicit';
    this.required = options.required ?? false;
    this.requireReuse = options.requireReuse ?? false;
    this.#options = options;
    this.#faults = faults;
    this.#control = this.#context(options);
    this.#data = options.data ? this.#context(options.data) : this.#control;
  }

  /** TLS over a control connection; the handshake is yet to come. */
  secureControl(connection: Duplex): TLSSocket {
    return new TLSSocket(connection as Socket, { isServer: true, secureContext: this.#control });
  }

  /**
   * TLS over the `count`th data connection of a session.
   *
   * @returns `undefined` when the handshake fails
   */
  async secureData(connection: Socket, count: number): Promise<TLSSocket | undefined> {
    const failed = new Promise<undefined>((resolve) => connection.once('close', () => resolve(undefined)));
    if (this.#faults.has('data-tls-stall')) {
      connection.resume();
      return await failed;
    }
    const secureContext = await this.#dataContext(count);
    const secured = new TLSSocket(connection, { isServer: true, secureContext });
    secured.on('error', () => {});
    const shaken = new Promise<TLSSocket>((resolve) => secured.once('secure', () => resolve(secured)));
    return await Promise.race([shaken, failed]);
  }

  /** A context of its own has keys of its own: tickets of another are then worth nothing. */
  async #dataContext(count: number): Promise<SecureContext> {
    if (this.#faults.has('tls-expired-data')) return this.#context(await createCertificate({ notAfterMs: -60_000 }));
    const forgets = this.#faults.has('no-reuse') || (count > 2 && this.#faults.has('no-reuse-later'));
    return forgets ? this.#context(this.#options.data ?? this.#options) : this.#data;
  }

  #context({ cert, key }: { readonly cert: string; readonly key: string }): SecureContext {
    const { maxVersion } = this.#options;
    return createSecureContext({ cert, key, ...(maxVersion && { maxVersion }) });
  }
}
