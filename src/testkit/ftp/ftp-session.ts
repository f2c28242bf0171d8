import type { Duplex } from 'node:stream';
import type { Clock } from '../../clock/clock.ts';
import type { Dialogue } from '../dialogue.ts';
import type { TestFiles } from '../files.ts';
import { LineSplitter } from '../line-splitter.ts';
import { DataChannel } from './data-channel.ts';
import { ftpCommands } from './ftp-commands.ts';
import type { FtpFault } from './ftp-fault.ts';

/** What all sessions of one FTP server share. */
export interface FtpSite {
  readonly host: string;
  readonly banner: string;
  /** Passwords by user name. */
  readonly users: Readonly<Record<string, string>>;
  readonly anonymous: boolean;
  readonly files: TestFiles;
  readonly faults: ReadonlySet<FtpFault>;
  readonly dialogue: Dialogue;
  readonly clock: Clock;
}

/** One control connection. */
export class FtpSession {
  readonly site: FtpSite;
  readonly data: DataChannel;
  /** The name that USER gave. */
  user: string | undefined;
  loggedIn = false;
  folder = '/';
  readonly #control: Duplex;

  constructor(control: Duplex, site: FtpSite) {
    this.#control = control;
    this.site = site;
    this.data = new DataChannel(site.host);
  }

  /** Greets, then answers command after command until one side ends the connection. */
  async run(): Promise<void> {
    this.#control.once('close', () => this.data.close());
    this.reply(220, this.site.banner);
    const splitter = new LineSplitter();
    try {
      for await (const piece of this.#control) for (const line of splitter.feed(piece)) await this.#obey(line);
    } catch {
      // The client cut the connection: there is nobody left to tell.
    }
  }

  /** Answers with one line, or with several (RFC 959, section 4.2) when lines are given to go between. */
  reply(code: number, text: string, between: readonly string[] = []): void {
    const lines = between.length > 0 ? [`${code}-${text}`, ...between.map((line) => ` ${line}`), `${code} End`] : [];
    this.#control.write(lines.length > 0 ? `${lines.join('\r\n')}\r\n` : `${code} ${text}\r\n`);
  }

  /** Ends the connection once everything has been said. */
  end(): void {
    this.#control.end();
  }

  async #obey(line: string): Promise<void> {
    this.site.dialogue.note(line);
    if (!this.#control.writable) return;
    const [, word = '', argument = ''] = /^(\S*) ?(.*)$/.exec(line) ?? [];
    const command = ftpCommands.get(word.toUpperCase());
    if (!command) return this.reply(502, 'Command not implemented.');
    if (!command.beforeLogin && !this.loggedIn) return this.reply(530, 'Please login with USER and PASS.');
    await command.run(this, argument);
  }
}
