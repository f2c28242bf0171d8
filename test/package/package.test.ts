import { type ExecFileException, execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binPath } from '../bin-path.ts';
import { type Packed, packAndInstall } from './packed.ts';

const repository = join(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
const { version } = require('../../package.json') as { version: string };
const commands = ['check_ftp', 'check_tftp', 'check_ssh'];

const run = (command: string, args: readonly string[], cwd: string) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(command, args, { cwd }, (error: ExecFileException | null, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });

describe('the package as npm gives it to a user', () => {
  let packed: Packed;
  const installed = (...path: string[]) => join(packed.consumer, 'node_modules', ...path);

  beforeAll(async () => {
    packed = await packAndInstall();
  });
  afterAll(() => packed?.[Symbol.asyncDispose]());

  it('holds the built code, its types, the schema and the papers, and nothing else', () => {
    const expected =
      /^(dist\/(src|checks|bin)\/.+\.(c?js|d\.ts)|dist\/bin\/THIRD-PARTY-LICENSES|docs\/.+\.(md|png)|examples\/.+|checks\/\w+\/README\.md|package\.json|schema\.json|LICENSE|README\.md|CHANGELOG\.md)$/;
    expect(packed.files.filter((file) => !expected.test(file))).toEqual([]);
    expect(packed.files).toEqual(
      expect.arrayContaining([
        'dist/src/index.d.ts',
        'schema.json',
        'LICENSE',
        'README.md',
        'CHANGELOG.md',
        'docs/config.md',
        'examples/farm-guardian.service',
        'checks/ftp/README.md',
      ]),
    );
  });

  it('holds no text under the GPL', async () => {
    const texts = await Promise.all(
      packed.files.map(async (file) => [file, await readFile(installed('farm-guardian', file), 'utf8')] as const),
    );
    expect(texts.filter(([, text]) => /GNU (Affero |Lesser )?General Public License/i.test(text))).toEqual([]);
  });

  it.each([
    ['farm-guardian', ['createGuardian', 'defineChecker', 'runCheck']],
    ['farm-guardian/checks', ['checkers', 'ftp', 'ssh', 'tftp']],
    ['farm-guardian/testkit', ['ManualClock', 'createFtpServer', 'createSshServer', 'createTftpServer']],
  ])('imports as %s, in silence, and lets the process end', async (name, names) => {
    const script = `console.log(Object.keys(await import('${name}')).join(' '))`;
    const { code, stdout, stderr } = await run(
      process.execPath,
      ['--input-type=module', '-e', script],
      packed.consumer,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split(' ')).toEqual(expect.arrayContaining(names));
  });

  it('imports as farm-guardian/package.json', async () => {
    const script = "console.log(require('farm-guardian/package.json').version)";
    expect(await run(process.execPath, ['-e', script], packed.consumer)).toEqual({
      code: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
  });

  it('type-checks in a strict project, its own declarations included', async () => {
    await writeFile(join(packed.consumer, 'consumer.ts'), consumer);
    const flags = '--noEmit --strict --exactOptionalPropertyTypes --target es2023 --lib es2023,esnext.disposable';
    const types = ['--types', 'node', '--typeRoots', join(repository, 'node_modules/@types')];
    const tsc = [
      join(repository, 'node_modules/typescript/bin/tsc'),
      ...flags.split(' '),
      '--module',
      'nodenext',
      ...types,
    ];
    const { code, stdout } = await run(process.execPath, [...tsc, 'consumer.ts'], packed.consumer);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });

  it.each(commands)('brings %s, which tells its version with exit code 3', async (name) => {
    const { code, stdout } = await run(installed('.bin', name), ['-V'], packed.consumer);
    expect({ code, stdout }).toEqual({ code: 3, stdout: `${name} v${version} (farm-guardian ${version})\n` });
  });

  it('brings farm-guardian, which tells its version with exit code 0', async () => {
    const { code, stdout } = await run(installed('.bin', 'farm-guardian'), ['--version'], packed.consumer);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${version}\n` });
  });

  it.each(commands)('has %s in one file that runs without any other', async (name) => {
    const alone = await mkdtemp(join(packed.consumer, '../alone-'));
    const file = relative(repository, binPath(name));
    await writeFile(join(alone, 'package.json'), '{ "type": "module" }\n');
    await copyFile(installed('farm-guardian', file), join(alone, basename(file)));
    const { code, stderr } = await run(process.execPath, [basename(file), '-V'], alone);
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
  });
});

const consumer = `
import { defineChecker, runCheck, type CheckResult } from 'farm-guardian';
import { checkers, ftp } from 'farm-guardian/checks';
import { createFtpServer, ManualClock } from 'farm-guardian/testkit';

await using server = await createFtpServer({ files: { 'a.txt': 'a' } });
const names: readonly string[] = [ftp, ...checkers].map((checker) => checker.name);
const outcome = await runCheck(
  { checker: ftp, target: { host: server.host, port: server.port }, options: {} },
  { timeoutMs: 1_000, clock: new ManualClock() },
);
const result: CheckResult | 'cancelled' = outcome;
// @ts-expect-error a checker needs its check
defineChecker({ name: 'x', defaultPort: 1 });
// @ts-expect-error no such fault
await server.inject('earthquake');
console.log(names, result);
`;
