import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');

const from = (module: string) => `export * from '${module}';\n`;
const value = (expression: string) => `export const value = ${expression};\n`;

/** A file with one line that crosses a border, and what lint says of it. */
const crossings: readonly (readonly [file: string, source: string, says: string])[] = [
  ['checks/ftp/daemon.ts', from('../../src/guardian/index.ts'), 'A checker imports only src/checker'],
  ['checks/ftp/neighbour.ts', from('../ssh/index.ts'), 'A checker imports only src/checker'],
  ['checks/tftp/package.ts', from('tftp'), 'Only src/testkit may use tftp'],
  ['checks/ssh/clock.ts', value('Date.now()'), 'Date'],
  [
    'src/checker/checks.ts',
    from('../../checks/index.ts'),
    'src/checker may import only src/process, src/clock, src/log',
  ],
  ['src/guardian/checks.ts', from('../../checks/ftp/index.ts'), 'src/guardian may import only'],
  ['src/bins.ts', from('../bin/check_ftp.ts'), 'src never imports checks or bin'],
  ['src/health/files.ts', from('node:fs'), 'src/health is pure: no Node module'],
  ['src/health/clock.ts', from('../clock/clock.ts'), 'src/health may import only its own room'],
  ['src/health/lazy.ts', value("() => import('../journal/index.ts')"), 'src/health may import only its own room'],
  ['src/health/types.ts', "export type { Hook } from '../hook/hook.ts';\n", 'src/health may import only its own room'],
  ['src/schedule/protocol.ts', from('../checker/index.ts'), 'src/schedule may import only src/clock, src/log'],
  ['src/hook/upstream.ts', from('../guardian/index.ts'), 'src/hook may import only'],
  ['src/guardian/upstream.ts', from('../simulation/simulate.ts'), 'src/guardian may import only'],
  ['src/simulation/page.ts', from('../status/text-table.ts'), 'src/simulation may import only'],
  ['src/worker/guardian.ts', from('../guardian/index.ts'), 'src/worker may import only src/checker'],
  ['src/process/checker.ts', from('../checker/index.ts'), 'src/process may import only src/clock'],
  ['checks/exec/process.ts', from('../../src/process/run-process.ts'), 'A checker imports only src/checker'],
  ['src/testkit/guardian.ts', from('../guardian/index.ts'), 'src/testkit may import only src/clock'],
  ['src/schedule/timer.ts', value('() => setTimeout(() => {}, 1)'), 'setTimeout'],
  ['src/hook/interval.ts', value('() => setInterval(() => {}, 1)'), 'setInterval'],
  ['src/status/performance.ts', value('performance.now()'), 'performance'],
  ['src/journal/sleep.ts', from('node:timers/promises'), 'Take time from the injected Clock'],
  ['src/hook/chance.ts', value('Math.random()'), 'Only src/clock uses Math.random'],
  ['src/config/exit.ts', value('() => process.exit(1)'), 'Only bin, src/cli and src/plugin use process.exit'],
  ['src/guardian/code.ts', 'process.exitCode = 1;\n', 'Only bin, src/cli and src/plugin use process.exit'],
  ['src/guardian/code-if-none.ts', 'process.exitCode ||= 1;\n', 'Only bin, src/cli and src/plugin use process.exit'],
  ['src/guardian/exit-by-name.ts', from('node:process'), 'Only bin, src/cli and src/plugin touch'],
  ['src/hook/global-timer.ts', value('globalThis.setTimeout'), 'globalThis'],
  ['src/status/hooks.ts', from('node:perf_hooks'), 'Take time from the injected Clock'],
  ['checks/ssh/argv.ts', value('process.argv'), 'Only bin, src/cli and src/plugin use process.exit'],
  ['src/log/stdout.ts', value('process.stdout'), 'Only bin, src/cli and src/plugin use process.exit'],
  ['src/config/commander.ts', from('commander'), 'Only src/cli and src/plugin may use commander'],
  ['src/cli/cosmiconfig.ts', from('cosmiconfig'), 'Only src/config may use cosmiconfig'],
  ['src/plugin/yaml.ts', from('yaml'), 'Only src/config may use yaml'],
  ['src/testkit/ftp.ts', from('basic-ftp'), 'Only checks/ftp may use basic-ftp'],
  ['checks/ftp/ssh.ts', from('ssh2'), 'Only checks/ssh and src/testkit may use ssh2'],
  ['src/guardian/pino.ts', from('pino'), 'Only src/log may use pino'],
  ['src/guardian/metrics.ts', from('prom-client'), 'Only src/status may use prom-client'],
  ['checks/ftp/pattern.ts', value("() => import('re2js')"), 'Only src/checker may use re2js'],
  ['src/config/kinds.ts', 'export enum Kind {\n  One,\n}\n', 'enum'],
  ['src/config/default.ts', 'export default 1;\n', 'default export'],
];

/** Files that do the same where it is allowed. */
const harmless: readonly (readonly [file: string, source: string])[] = [
  ['checks/ftp/client.ts', from('basic-ftp') + from('../../src/checker/index.ts')],
  ['checks/ssh/client.ts', from('ssh2')],
  ['src/testkit/servers.ts', from('ssh2') + from('tftp') + from('../clock/clock.ts')],
  ['src/clock/system.ts', value('[Date.now(), performance.now(), Math.random(), setTimeout]')],
  ['src/cli/face.ts', from('commander') + value('[process.argv, process.exitCode, process.stdout]')],
  ['src/plugin/face.ts', from('commander') + value('process.stdout')],
  ['src/status/metrics.ts', from('prom-client')],
  ['src/config/find.ts', from('cosmiconfig') + from('yaml')],
  ['src/guardian/wires.ts', from('../health/index.ts') + from('../hook/index.ts') + from('../journal/index.ts')],
  ['src/checker/pattern.ts', value("() => import('re2js')")],
  ['src/health/pure.ts', from('./backend-health.ts')],
  ['bin/check_ftp.ts', from('../checks/ftp/index.ts') + value('process.exitCode')],
];

describe('the borders that lint enforces', () => {
  /** What lint says, by file. */
  const said = new Map<string, string[]>();

  beforeAll(async () => {
    // A copy of the rules outside the repository: no other run of lint sees these files.
    const folder = await mkdtemp(join(tmpdir(), 'farm-guardian-lint-'));
    try {
      for (const name of ['biome.json', 'lint', '.gitignore'])
        await cp(join(root, name), join(folder, name), { recursive: true });
      for (const [file, source] of [...crossings, ...harmless]) {
        await mkdir(dirname(join(folder, file)), { recursive: true });
        await writeFile(join(folder, file), source);
      }
      for (const { message, location, advices } of await lint(folder)) {
        const about = said.get(location.path) ?? [];
        said.set(location.path, [...about, `${message} ${JSON.stringify(advices)}`]);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it.each(crossings)('refuses %s', (file, _source, says) => {
    expect(said.get(file)).toEqual([expect.stringContaining(says)]);
  });

  it.each(harmless)('accepts %s', (file) => {
    expect(said.get(file)).toBeUndefined();
  });
});

interface Diagnostic {
  readonly message: string;
  readonly location: { readonly path: string };
  readonly advices: unknown;
}

const lint = (folder: string): Promise<Diagnostic[]> =>
  new Promise((resolve, reject) => {
    const args = [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '.'];
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 24 }, (_failed, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout).diagnostics);
      } catch {
        reject(new Error(`lint gave no report: ${stderr}`));
      }
    });
  });
