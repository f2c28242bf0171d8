// Bundles one command into one file, of which a plain check reads the first half only. What is loaded by `import()`
// stands behind the rest in line comments, which V8 skips, where it would parse the functions of a module that it may
// never run: seven hundredths of the whole process of a check_ftp (npm run bench:startup). A file of its own for that
// half would do as well, but then no command could be moved without it.
import { posix } from 'node:path';
import { build } from 'esbuild';

/** Loaded from node_modules, and only when a deep option (or -h: commander) asks for them. */
const external = ['basic-ftp', 'commander', 're2js', 'ssh2'];

const common = { bundle: true, platform: 'node', target: 'node20.19', external, legalComments: 'none', write: false };
const commonJs = {
  ...common,
  format: 'cjs',
  minify: true,
  logLevel: 'warning',
  // As require(): the first import() would load the very loader that CommonJS avoids, a quarter of a deep check's start.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': '__filename', 'import.meta.dirname': '__dirname' },
};

const folder = '/bundle/';
/** Begins the line after which every line is a comment. */
const mark = '//# loaded when asked for';

/** What runs in the command: takes the comments off and runs them, once. `shared` is what both halves use. */
const loader = `
import { readFileSync } from 'node:fs';
import { compileFunction } from 'node:vm';
let modules;
export const load = (name, shared) => {
  if (!modules) {
    const [, text] = readFileSync(__filename, 'latin1').split(/^\\/\\/# loaded when asked for\\n/m);
    const module = { exports: {} };
    const names = ['module', 'exports', 'require', '__filename', '__dirname', 'shared'];
    const run = compileFunction(text.replaceAll(/^\\/\\//gm, ''), names, { filename: __filename });
    run(module, module.exports, require, __filename, __dirname, shared);
    modules = module.exports;
  }
  return modules[name]();
};`;

/** The text of a command, `bin/NAME.ts`. */
export const bundleCommand = async (name) => {
  const { outputFiles, metafile } = await build({
    ...common,
    entryPoints: [`bin/${name}.ts`],
    outdir: 'dist/bin',
    splitting: true,
    format: 'esm',
    metafile: true,
  });
  const chunks = new Map(outputFiles.map(({ path, text }) => [posix.basename(path), text]));
  const importsOf = (kind, chunk) =>
    metafile.outputs[`dist/bin/${chunk}`].imports
      .filter((it) => it.kind === kind && !it.external)
      .map(({ path }) => posix.basename(path));
  const entry = `${name}.js`;
  const first = new Set([entry]);
  for (const chunk of first) for (const other of importsOf('import-statement', chunk)) first.add(other);
  const shared = [...first].filter((chunk) => chunk !== entry);
  const asked = [...new Set([...first].flatMap((chunk) => importsOf('dynamic-import', chunk)))];
  const [hashbang = ''] = /^#!.*\n/.exec(chunks.get(entry)) ?? [];

  const text = await bundle(chunks, `import './${entry}'`, (chunk, kind) => {
    if (kind !== 'dynamic-import') return undefined;
    const imports = shared.map((other, i) => `import * as s${i} from './${other}';`);
    const given = shared.map((other, i) => `${JSON.stringify(other)}: s${i}`);
    return `${imports.join('')} import { load } from './loader'; module.exports = load('${chunk}', { ${given} });`;
  });
  if (asked.length === 0) return hashbang + text;
  const rest = await bundle(
    chunks,
    `module.exports = { ${asked.map((chunk) => `'${chunk}': () => require('./${chunk}')`)} };`,
    (chunk) => (first.has(chunk) ? `module.exports = shared['${chunk}'];` : undefined),
  );
  return `${hashbang}${text}${mark}\n${rest.replaceAll(/^/gm, '//')}\n`;
};

/** Bundles chunks of the first build; `replacement` gives the text that stands for one, if any does. */
const bundle = async (chunks, contents, replacement) => {
  const fromMemory = {
    name: 'from memory',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\// }, ({ path, kind }) => {
        const chunk = posix.basename(path);
        const instead = replacement(chunk, kind);
        return { path: chunk, namespace: instead === undefined ? 'chunk' : 'instead', pluginData: instead };
      });
      onLoad({ filter: /^/, namespace: 'chunk' }, ({ path }) => ({
        contents: path === 'loader' ? loader : chunks.get(path),
        resolveDir: folder,
      }));
      onLoad({ filter: /^/, namespace: 'instead' }, ({ pluginData }) => ({ contents: pluginData, resolveDir: folder }));
    },
  };
  const { outputFiles } = await build({ ...commonJs, stdin: { contents, resolveDir: folder }, plugins: [fromMemory] });
  return outputFiles[0].text;
};
