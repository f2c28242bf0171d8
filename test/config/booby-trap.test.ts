import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const config = 'farms: { ftp: { check: { type: ftp }, backends: { b1: 10.2.0.11 } } }\n';
const bang = "require('node:fs').writeFileSync('marker', 'ran');";

/** How a tool would use cosmiconfig that trusts its documentation: YAML only, one place to look at. */
const careful = `
import { cosmiconfig } from 'cosmiconfig';
const { defaultLoaders } = await import('cosmiconfig');
const explorer = cosmiconfig('farm-guardian', {
  searchPlaces: ['farm-guardian.yaml'],
  loaders: { '.yaml': defaultLoaders['.yaml'] },
});
await explorer.search();
`;

/** The same with cosmiconfig's own places. */
const careless = "import { cosmiconfig } from 'cosmiconfig'; await cosmiconfig('farm-guardian').search();";

const ours = `
import { loadConfig } from ${JSON.stringify(join(root, 'src/config/index.ts'))};
import { registry } from ${JSON.stringify(join(root, 'test/config/registry.ts'))};
const config = await loadConfig(undefined, registry);
console.log(config.farms.length);
`;

/** Folders with code that runs when a tool merely looks for its config there. */
const traps: readonly (readonly [name: string, files: Readonly<Record<string, string>>, naive: string])[] = [
  ['.config/config.cjs', { '.config/config.cjs': bang }, careful],
  ['.config/config.js', { '.config/config.js': bang }, careful],
  [
    '.config/config.mjs',
    { '.config/config.mjs': "import('node:fs').then((fs) => fs.writeFileSync('marker', ''));" },
    careful,
  ],
  [
    'package.json with places of its own',
    // Twice, because cosmiconfig 9.0 looks for its name inside its name.
    {
      'package.json':
        '{ "cosmiconfig": { "searchPlaces": ["evil.cjs"], "cosmiconfig": { "searchPlaces": ["evil.cjs"] } } }',
      'evil.cjs': bang,
    },
    careful,
  ],
  [
    '.config/config.yaml with places of its own',
    { '.config/config.yaml': 'cosmiconfig: { searchPlaces: [evil.cjs] }', 'evil.cjs': bang },
    careful,
  ],
  ['farm-guardian.config.cjs', { 'farm-guardian.config.cjs': bang }, careless],
  ['.farm-guardianrc.cjs', { '.farm-guardianrc.cjs': bang }, careless],
  ['.config/farm-guardianrc.js', { '.config/farm-guardianrc.js': bang }, careless],
];

/** Code that nothing should run, whatever else lies there. */
const duds = ['farm-guardian.js', 'farm-guardian.cjs', '.config/farm-guardian.js', 'farm-guardian.config.js'];

describe('looking for a config', () => {
  let programs: string;

  beforeAll(async () => {
    programs = await mkdtemp(join(tmpdir(), 'farm-guardian-programs-'));
    await symlink(join(root, 'node_modules'), join(programs, 'node_modules'));
    await build({
      stdin: { contents: ours, resolveDir: root },
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      outfile: join(programs, 'ours.mjs'),
    });
  });
  afterAll(() => rm(programs, { recursive: true, force: true }));

  /** What a program prints in a folder with these files, and whether any of them ran. */
  const runIn = async (files: Readonly<Record<string, string>>, program: string) => {
    const folder = await mkdtemp(join(tmpdir(), 'farm-guardian-trap-'));
    try {
      for (const [file, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, file)), { recursive: true });
        await writeFile(join(folder, file), text);
      }
      const run = promisify(execFile)(process.execPath, [join(programs, program)], { cwd: folder });
      const printed = await run.then(
        ({ stdout }) => stdout,
        ({ stderr }: { stderr: string }) => stderr,
      );
      return { printed, ran: (await readdir(folder)).includes('marker') };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  it.each(traps)('runs nothing, though a naive search runs %s', async (name, files, naive) => {
    const program = `naive-${traps.findIndex((trap) => trap[0] === name)}.mjs`;
    await writeFile(join(programs, program), naive);
    expect((await runIn(files, program)).ran).toBe(true);

    const planted = { ...Object.fromEntries(duds.map((file) => [file, bang])), ...files, 'farm-guardian.yaml': config };
    expect(await runIn(planted, 'ours.mjs')).toEqual({ printed: '1\n', ran: false });
  });

  it('runs nothing that the config itself wants imported', async () => {
    const files = { 'farm-guardian.yaml': `$import: ./evil.cjs\n${config}`, 'evil.cjs': bang };
    await writeFile(join(programs, 'naive-import.mjs'), careful);
    expect((await runIn(files, 'naive-import.mjs')).ran).toBe(true);

    const { printed, ran } = await runIn(files, 'ours.mjs');
    expect(printed).toContain('farm-guardian.yaml:1:1: $import: unknown key');
    expect(ran).toBe(false);
  });
});
