import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../clock/clock.ts';
import type { Dialogue } from '../dialogue.ts';
import type { TestFiles } from '../files.ts';
import { flood } from '../flood.ts';
import { LineSplitter } from '../line-splitter.ts';
import { DataChannel } from './data-channel.ts';
import { ftpCommands } from './ftp-commands.ts';
import type { FtpFault } from './ftp-fault.ts';
import type { FtpTls } from './ftp-tls.ts';

/** What all sessions of one FTP server share. */
export interface FtpSite {
  readonly host: string;
  readonly banner: string;
  /** Passwords by user name. */
  readonly users: Readonly<Record<string, string>>;
  readonly anonymous: boolean;
  /** What ACCT must say, where a login needs it. */
  readonly account: string | undefined;
  readonly files: TestFiles;
  readonly faults: ReadonlySet<FtpFault>;
  readonly tls: FtpTls | undefined;
  /** Port that active data connections come from; any when absent. */
  readonly activeSourcePort: number | undefined;
  readonly dialogue: Dialogue;
  readonly clock: Clock;
}

/** What `control-bytes` puts into every reply, in Latin-1: the last byte alone is no UTF-8. */
const controlBytes = '\0\u001b[31mred\u0007|x=1\u009b\u00ff';

/** What `long-line` greets with. */
const longLineBytes = 10_000_000;

/** One control connection. */
export class FtpSession {
  readonly site: FtpSite;
  readonly data: DataChannel;
  /** The address that the client comes from. */
  readonly clientAddress: string;
  /** The name that USER gave. */
  user: string | undefined;
  /** What PASS gave. */
  password: string | undefined;
  loggedIn = false;
  folder = '/';
  /** Whether the control connection is TLS. */
  secured = false;
  /** Whether data connections are to be TLS (PROT P). */
  protectsData = false;
  readonly #socket: Socket;
  #control: Duplex;
  #turn: Promise<void> = Promise.resolve();

  /** @param control what to speak over: the socket itself, or what a fault puts before it */
  constructor(control: Duplex, socket: Socket, site: FtpSite) {
    this.#control = control;
    this.#socket = socket;
    this.site = site;
    this.clientAddress = socket.remoteAddress ?? '';
    this.data = new DataChannel(site.host);
  }

  /** Greets, then answers command after command until one side ends the connection. */
  run(): void {
    this.#socket.once('close', () => this.data.close());
    if (!this.site.tls?.implicit) this.#listen();
    else if (!this.secure()) return;
    if (this.site.faults.has('long-line')) this.#control.write(`220 ${'x'.repeat(longLineBytes)}`);
    else this.#say(220, this.site.banner);
  }

  /** Answers with one line, or with several (RFC 959, section 4.2) when lines are given to go between. */
  reply(code: number, text: string, between: readonly string[] = []): void {
    const { faults } = this.site;
    if (faults.has('endless-multiline')) flood(this.#control, `${code}-${text}\r\n`);
    else if (faults.has('endless-331')) this.#say(331, 'Please specify the password.');
    else if (faults.has('echo-password') && this.password !== undefined)
      this.#say(code, `${text} (${this.password})`, between);
    else this.#say(code, text, between);
  }

  /** Says something as it is. */
  write(words: string): void {
    this.#control.write(words);
  }

  /** Starts TLS, with nothing of what was said in clear still in force. Gives whether there will be a handshake. */
  secure(): boolean {
    const { tls, faults } = this.site;
    this.#control.removeAllListeners('data');
    if (!tls || faults.has('tls-stall') || faults.has('tls-garbage')) {
      this.#control.on('data', () => {
        if (faults.has('tls-garbage')) this.#control.write('HTTP/1.1 400 Bad Request\r\n');
      });
      return false;
    }
    this.#control = tls.secureControl(this.#control);
    this.secured = true;
    this.#listen();
    return true;
  }

  /** Ends the connection once everything has been said. */
  end(): void {
    this.#control.end();
  }

  /** Cuts the connection with a TCP reset. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  #say(code: number, text: string, between: readonly string[] = []): void {
    const spoilt = this.site.faults.has('control-bytes');
    const said = spoilt ? `${text}${controlBytes}` : text;
    const lines = between.length > 0 ? [`${code}-${said}`, ...between.map((line) => ` ${line}`), `${code} End`] : [];
    const words = lines.length > 0 ? `${lines.join('\r\n')}\r\n` : `${code} ${said}\r\n`;
    this.#control.write(words, spoilt ? 'latin1' : 'utf8');
  }

  #listen(): void {
    const control = this.#control;
    const splitter = new LineSplitter();
    // A client that cuts the connection is no error here.
    control.on('error', () => {});
    control.on('data', (piece: Buffer) => {
      for (const line of splitter.feed(piece)) {
        this.site.dialogue.note(line);
        this.#turn = this.#turn.then(() => this.#obey(line, control)).catch(() => void this.#socket.destroy());
      }
    });
  }

  /** What was said in clear before TLS began, and waits, is not obeyed any more. */
  async #obey(line: string, control: Duplex): Promise<void> {
    if (control !== this.#control || !control.writable) return;
    const [, word = '', argument = ''] = /^(\S*) ?(.*)$/.exec(line) ?? [];
    const command = ftpCommands.get(word.toUpperCase());
    if (!command) return this.reply(502, 'Command not implemented.');
    if (!command.beforeLogin && !this.loggedIn) return this.reply(530, 'Please login with USER and PASS.');
    await command.run(this, argument);
  }
}
