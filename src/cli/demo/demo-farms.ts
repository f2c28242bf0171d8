import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyChecker } from '../../checker/checker.ts';
import { type Config, parseConfig } from '../../config/index.ts';
import type { AnyHookType, BackendChange } from '../../hook/hook.ts';
import { createFtpServer, createSshServer, createTftpServer, type TestServer } from '../../testkit/index.ts';

const user = 'probe';
const password = 'barn-door';
const files = { 'sentinel.txt': 'all is well on the farm\n' };

/** What the exec hook runs: it appends the JSON it is given to the file that stands for the load balancer. */
const hookScript = 'const fs = require("node:fs"); fs.appendFileSync(process.argv[1], fs.readFileSync(0))';

/** A server of the demo, with its faults by name. */
type DemoServer = Pick<TestServer<string>, 'inject' | 'heal' | 'port'> & AsyncDisposable;

/** Three farms of two embedded servers each, on loopback, and a config that watches them. */
export class DemoFarms implements AsyncDisposable {
  readonly config: Config<AnyHookType>;
  readonly #folder: string;
  readonly #servers: ReadonlyMap<string, DemoServer>;

  private constructor(folder: string, config: Config<AnyHookType>, servers: ReadonlyMap<string, DemoServer>) {
    this.#folder = folder;
    this.config = config;
    this.#servers = servers;
  }

  static async open(registry: {
    readonly checkers: readonly AnyChecker[];
    readonly hooks: readonly AnyHookType[];
  }): Promise<DemoFarms> {
    const folder = await mkdtemp(join(tmpdir(), 'farm-guardian-demo-'));
    await writeFile(join(folder, 'password'), password, { mode: 0o600 });
    const users = { [user]: password };
    const [ftp1, ftp2, tftp1, tftp2, sftp1, sftp2] = await Promise.all([
      createFtpServer({ users, files }),
      createFtpServer({ users, files }),
      createTftpServer({ files }),
      createTftpServer({ files }),
      createSshServer({ users, files }),
      createSshServer({ users, files }),
    ]);
    const text = configText({
      hook: [process.execPath, '-e', hookScript, join(folder, 'balancer.jsonl')],
      hostKeys: [sftp1, sftp2].map(({ hostKey }) => hostKey.fingerprint),
      ports: [ftp1, ftp2, tftp1, tftp2, sftp1, sftp2].map(({ port }) => port),
    });
    const file = join(folder, 'farm-guardian.yaml');
    await writeFile(file, text);
    const servers = new Map<string, DemoServer>(
      Object.entries({
        'ftp/b1': ftp1,
        'ftp/b2': ftp2,
        'tftp/b1': tftp1,
        'tftp/b2': tftp2,
        'sftp/b1': sftp1,
        'sftp/b2': sftp2,
      }),
    );
    return new DemoFarms(folder, parseConfig(text, file, registry), servers);
  }

  /** The server behind `FARM/BACKEND`. */
  server(backend: string): DemoServer {
    const server = this.#servers.get(backend);
    if (!server) throw new Error(`the demo has no backend ${backend}`);
    return server;
  }

  /** What the load balancer was told so far, in order. */
  async told(): Promise<readonly BackendChange[]> {
    const text = await readFile(join(this.#folder, 'balancer.jsonl'), 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as BackendChange);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => server[Symbol.asyncDispose]()));
    await rm(this.#folder, { recursive: true });
  }
}

interface ConfigParts {
  readonly hook: readonly string[];
  readonly hostKeys: readonly string[];
  /** Of the FTP, TFTP and SFTP farms' backends, in this order. */
  readonly ports: readonly number[];
}

const configText = ({ hook, hostKeys, ports: [ftp1, ftp2, tftp1, tftp2, sftp1, sftp2] }: ConfigParts): string => {
  const hooks = JSON.stringify([{ type: 'exec', command: hook, timeout: '5s' }]);
  const backends = (b1: number | undefined, b2: number | undefined) =>
    `{ b1: "127.0.0.1:${b1}", b2: "127.0.0.1:${b2}" }`;
  const login = `user: ${user}, password: { file: password }`;
  const wanted = 'file: sentinel.txt, content: all is well';
  return `stateDir: state
socket: guardian.sock
listen: off
defaults: { interval: 500ms, fastInterval: 200ms, timeout: 2s, rise: 2, fall: 2, resync: off }
farms:
  ftp:
    check: { type: ftp, ${login}, ${wanted} }
    backends: ${backends(ftp1, ftp2)}
    hooks: ${hooks}
  tftp:
    check: { type: tftp, ${wanted} }
    backends: ${backends(tftp1, tftp2)}
    hooks: ${hooks}
  sftp:
    check: { type: ssh, ${login}, hostKey: ${JSON.stringify(hostKeys)}, sftp: true, ${wanted} }
    backends: ${backends(sftp1, sftp2)}
    hooks: ${hooks}
`;
};
