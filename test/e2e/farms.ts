import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HookLog } from './hook-log.ts';
import { protocols } from './protocols.ts';
import type { RealServer } from './real-server.ts';

/** Three farms of two real servers each, `b1` and `b2`, and the config of a guardian that watches them. */
export interface Farms extends AsyncDisposable {
  /** Path of the config file. */
  readonly config: string;
  /** What the farms' hook was told. */
  readonly log: HookLog;
  /** The servers that are backend `b1` of a farm. */
  readonly first: readonly RealServer[];
  /** All servers, by `FARM/BACKEND`. */
  readonly all: ReadonlyMap<string, RealServer>;
}

/** Fast enough for a test, slow enough for six servers and their checks on two cores. */
const defaults = { interval: '500ms', fastInterval: '200ms', downInterval: '500ms', timeout: '5s', rise: 2, fall: 3 };

const files = { 'sentinel.txt': 'all is well\n' };

/** Starts the servers: a farm for each protocol, checked by fetching a file. */
export const openFarms = async (): Promise<Farms> => {
  const folder = await mkdtemp(join(tmpdir(), 'farm-guardian-e2e-'));
  const servers: RealServer[] = [];
  const close = async () => {
    for (const server of servers) await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const log = new HookLog(folder);
    const first: RealServer[] = [];
    const all = new Map<string, RealServer>();
    const farms: Record<string, unknown> = {};
    for (const { type, start, login } of protocols) {
      const b1 = await start(files);
      servers.push(b1);
      const b2 = await start(files);
      servers.push(b2);
      first.push(b1);
      all.set(`${type}/b1`, b1).set(`${type}/b2`, b2);
      // One key opens both: a farm is checked in one way.
      if (type === 'ssh')
        await copyFile(join(b1.place.folder, 'authorized_keys'), join(b2.place.folder, 'authorized_keys'));
      farms[type] = {
        vip: '192.0.2.1',
        check: { type, ...(await login(b1, b2)), file: 'sentinel.txt', content: 'is well' },
        backends: { b1: b1.address, b2: b2.address },
        hooks: [log.hook],
      };
    }
    const config = join(folder, 'farm-guardian.json');
    await writeFile(
      config,
      JSON.stringify({ stateDir: 'state', socket: 'admin.sock', listen: 'off', defaults, farms }),
    );
    return { config, log, first, all, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
};
