import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackendStatus, FarmStatus } from '../../src/guardian/guardian-status.ts';
import type { DebianProgram } from './debian-program.ts';
import { eventually } from './eventually.ts';
import { Uml, umlPrograms } from './uml.ts';

/** The programs that {@link SystemdMachine} uses. */
export const systemdPrograms: readonly DebianProgram[] = [
  ...umlPrograms,
  { debian: 'systemd', path: '/lib/systemd/systemd' },
  { debian: 'curl', path: '/usr/bin/curl' },
];

const repository = join(import.meta.dirname, '../..');

/** Where a user finds the unit. */
export const exampleUnit = join(repository, 'examples/farm-guardian.service');

/** Where the unit has the socket. */
const socket = '/run/farm-guardian/guardian.sock';

/** Puts the package where `npm install -g` puts it, and Node where every service sees it. */
const install = `
  set -e
  package=/usr/lib/node_modules/farm-guardian
  mkdir -p $package /etc/farm-guardian
  mount --bind ${repository} $package
  ln -s $package/dist/bin/farm-guardian.js /usr/bin/farm-guardian
  : >/usr/local/bin/node
  mount --bind ${process.execPath} /usr/local/bin/node
  cp "$share/farm-guardian.service" /etc/systemd/system/`;

/** A machine under systemd on which Farm Guardian is installed, with the example's unit; not started yet. */
export class SystemdMachine implements AsyncDisposable {
  readonly #uml: Uml;

  private constructor(uml: Uml) {
    this.#uml = uml;
  }

  /** Boots one. */
  static async open(): Promise<SystemdMachine> {
    const uml = await Uml.bootSystemd();
    try {
      await copyFile(exampleUnit, join(uml.share, 'farm-guardian.service'));
      await uml.run(install);
      return new SystemdMachine(uml);
    } catch (error) {
      await uml[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Runs a shell script as root to its end; gives what it printed. */
  run(script: string): Promise<string> {
    return this.#uml.run(script);
  }

  /** Starts a program that goes on. */
  async start(command: string): Promise<void> {
    await this.#uml.start(`exec ${command}`);
  }

  /** Writes a file; the folder is there. */
  async write(path: string, content: string, mode = '644'): Promise<void> {
    await writeFile(join(this.#uml.share, 'file'), content);
    await this.#uml.run(`cp "$share/file" ${path}; chmod ${mode} ${path}`);
  }

  /** Writes the guardian's config; folders and socket are where the unit has them. */
  async configure(farms: object): Promise<void> {
    const defaults = { interval: '5s', timeout: '30s' };
    const config = { stateDir: '/var/lib/farm-guardian', socket, defaults, farms };
    await this.write('/etc/farm-guardian/farm-guardian.yaml', JSON.stringify(config));
  }

  /** Adds lines to the unit's section `[Service]`, as `systemctl edit` does. */
  async extend(...lines: readonly string[]): Promise<void> {
    await this.run('mkdir -p /etc/systemd/system/farm-guardian.service.d');
    await this.write(
      '/etc/systemd/system/farm-guardian.service.d/override.conf',
      ['[Service]', ...lines, ''].join('\n'),
    );
    await this.run('systemctl daemon-reload');
  }

  /** Resolves once the unit is active, as another process than `formerPid`; gives its process. */
  isActive(formerPid?: string): Promise<string> {
    return this.eventually('an active unit', async () => {
      // Asked one after the other, the state might be that of the process before.
      const shown = await this.run('systemctl show -p ActiveState -p MainPID farm-guardian');
      const { ActiveState: state, MainPID: pid } = Object.fromEntries(shown.split('\n').map((line) => line.split('=')));
      return state === 'active' && pid !== formerPid ? pid : undefined;
    });
  }

  /** A property of the unit (systemctl(1), `show`). */
  async property(name: string): Promise<string> {
    return (await this.run(`systemctl show --value -p ${name} farm-guardian`)).trim();
  }

  /** What the guardian says of its backends, by their ids. */
  async backends(): Promise<Readonly<Record<string, BackendStatus>>> {
    // Node takes seconds to start here, curl does not.
    const answer = await this.run(`curl -sS --unix-socket ${socket} http://guardian/api/v1/farms`);
    const { farms } = JSON.parse(answer) as { readonly farms: readonly FarmStatus[] };
    return Object.fromEntries(farms.flatMap(({ backends }) => backends.map((backend) => [backend.id, backend])));
  }

  /** The lines of the unit in the journal, the guardian's own and systemd's about it. */
  async journal(): Promise<string[]> {
    return (await this.run('journalctl --no-pager -o cat -u farm-guardian')).split('\n').slice(0, -1);
  }

  /** Resolves once an attempt gives something; the journal is in the error when none does. */
  eventually<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
    return eventually(attempt, { what, timeoutMs: 120_000 }).catch(async (error) => {
      const lines = (await this.journal()).slice(-40).join('\n');
      throw new Error(`${error.message}; the journal: ${lines}`, { cause: error });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#uml[Symbol.asyncDispose]();
  }
}
