import { createServer, type Socket } from 'node:net';
import { type Listening, listening } from '../../listening.ts';

/** The columns of `show servers state` of HAProxy 2.6, format 1. */
const columns =
  'be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port';

const flags: Readonly<Record<string, number>> = { ready: 0, maint: 1, drain: 8 };

/** The runtime API of an HAProxy with a backend `ftp`, recorded from version 2.6. */
export class HaproxyStandIn implements AsyncDisposable {
  /** Each line of commands, in order. */
  readonly lines: string[] = [];
  /** `srv_admin_state` by server. */
  readonly servers = new Map<string, number>();
  /** Sessions that were ended, by server. */
  readonly ended: string[] = [];
  pid = 4711;
  /** What it sends next in place of an answer: bytes, or nothing at all. */
  readonly instead: (string | 'nothing' | undefined)[] = [];
  /** Whether callers may only look. */
  readOnly = false;
  readonly socket: string;
  #listening: Listening | undefined;

  private constructor(socket: string) {
    this.socket = socket;
  }

  /** Starts one on a unix socket in a folder, with servers `b1`, `b2` … that are ready. */
  static async listen(folder: string, size = 2): Promise<HaproxyStandIn> {
    const standIn = new HaproxyStandIn(`${folder}/haproxy.sock`);
    for (let n = 1; n <= size; n++) standIn.servers.set(`b${n}`, 0);
    const server = createServer((socket) => standIn.#serve(socket));
    standIn.#listening = await listening(server, { path: standIn.socket });
    return standIn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listening?.[Symbol.asyncDispose]();
  }

  #serve(socket: Socket): void {
    let said = '';
    socket.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      const end = said.indexOf('\n');
      if (end < 0) return;
      const line = said.slice(0, end);
      this.lines.push(line);
      const instead = this.instead.shift();
      if (instead === 'nothing') return;
      if (line.length >= 16_384) socket.destroy();
      else
        socket.end(
          instead ??
            line
              .split(';')
              .map((command) => `${this.#run(command.trim())}\n`)
              .join(''),
        );
    });
  }

  #run(command: string): string {
    const [, target = '', state = ''] =
      /^set server (\S+) state (\S+)$/.exec(command) ?? /^shutdown sessions server (\S+)$/.exec(command) ?? [];
    if (command === 'show info')
      return `Name: HAProxy\nVersion: 2.6.12-1+deb12u4\nPid: ${this.pid}\nStart_time_sec: 1\n`;
    if (command === 'show servers state ftp') return this.#shown();
    if (command.startsWith('show servers state')) return "Can't find backend.\n";
    if (this.readOnly) return 'Permission denied\n';
    const [backend, server = ''] = target.split('/');
    if (backend !== 'ftp') return 'No such backend.\n';
    if (!this.servers.has(server)) return 'No such server.\n';
    if (command.startsWith('shutdown')) this.ended.push(server);
    else this.servers.set(server, flags[state] ?? 0);
    return '';
  }

  #shown(): string {
    const rows = [...this.servers].map(
      ([name, flags], i) => `3 ftp ${i + 1} ${name} 10.2.0.11 2 ${flags} 1 1 1 1 0 2 0 0 0 0 - 21 - 0 0 - - 0\n`,
    );
    return `1\n# ${columns}\n${rows.join('')}`;
  }
}
