// Builds dist/: the library and the daemon by tsc, each check_* command bundled into one file, since most of
// a plugin's time is Node's own start, and every module file loaded adds to it. That file is CommonJS: Node's loader of
// ES modules alone would add a twelfth to the whole process (npm run bench:startup).
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bundleCommand } from './bundle-command.mjs';

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, '..');
const commands = ['check_ftp', 'check_tftp', 'check_ssh'];
/** Inlined into the commands, so their licences travel with them. */
const inlined = ['valibot'];

process.chdir(root);
rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});

for (const name of [...commands, 'check-thread']) writeFileSync(`dist/bin/${name}.cjs`, await bundleCommand(name));
for (const file of [...commands.map((name) => `${name}.cjs`), 'farm-guardian.js']) chmodSync(`dist/bin/${file}`, 0o755);

const packageFolder = (name) => {
  let folder = dirname(require.resolve(name));
  while (!folder.endsWith(join('node_modules', name))) folder = dirname(folder);
  return folder;
};
const licences = inlined.map((name) => {
  const folder = packageFolder(name);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = ['LICENSE', 'LICENSE.md'].find((f) => {
    try {
      return readFileSync(join(folder, f));
    } catch {
      return false;
    }
  });
  return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8')}`;
});
writeFileSync('dist/bin/THIRD-PARTY-LICENSES', licences.join('\n\n'));
