import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadConfig, printConfig } from '../config/index.ts';
import { preflight } from '../guardian/preflight.ts';
import { type AddCommand, type CliContext, printLines, UsageError } from './cli-io.ts';
import { starterConfig } from './starter-config.ts';

/** `farm-guardian config`: looks at a config, or makes one. */
export const configCommand: AddCommand = (program, context, exit) => {
  const config = program.command('config').description('Look at a config, or make one.');
  const add = (name: string, description: string, run: (file: string | undefined) => Promise<string>) =>
    withFile(config.command(name).description(description)).action(async (file: string | undefined) => {
      printLines(context, [await run(file)]);
      exit(0);
    });
  add('check', 'Validate a config: every mistake with its path, line and column.', (file) => check(context, file));
  add('print', 'Print a config as it is in force, every default filled in, secrets masked.', async (file) =>
    printConfig(await load(context, file)).trimEnd(),
  );
  config
    .command('schema')
    .description('Print the JSON Schema of a config, for editors.')
    .action(async () => {
      printLines(context, [(await readSchema()).trimEnd()]);
      exit(0);
    });
  config
    .command('init')
    .description('Write a commented config to begin with; an existing file is left alone.')
    .argument('[file]', 'the file', 'farm-guardian.yaml')
    .action(async (file: string) => {
      await writeStarter(resolve(context.process.cwd(), file), file);
      printLines(context, [`${file} is written; farm-guardian config check ${file} validates it`]);
      exit(0);
    });
};

const withFile = (command: Command): Command =>
  command.argument('[file]', 'config file (default: farm-guardian.yaml, .yml or .json, as found)');

const load = ({ process, checkers, hooks }: CliContext, file: string | undefined) =>
  loadConfig(file, { checkers, hooks }, { cwd: process.cwd() });

const check = async (context: CliContext, file: string | undefined): Promise<string> => {
  const config = await load(context, file);
  await preflight(config, { environment: false });
  const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
  const backends = config.farms.reduce((sum, farm) => sum + farm.backends.length, 0);
  const hookCount = config.farms.reduce((sum, farm) => sum + farm.hooks.length, 0);
  const parts = [count(config.farms.length, 'farm'), count(backends, 'backend'), count(hookCount, 'hook')];
  return `${config.file}: ok: ${parts.join(', ')}`;
};

/** The schema lies at the top of the package, however deep this file does. */
const readSchema = async (folder = import.meta.dirname): Promise<string> => {
  const above = dirname(folder);
  return readFile(join(folder, 'schema.json'), 'utf8').catch((error: Error) => {
    if (above === folder) throw error;
    return readSchema(above);
  });
};

const writeStarter = async (path: string, name: string): Promise<void> => {
  try {
    await writeFile(path, starterConfig, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `${name} ${code === 'EEXIST' ? 'is there already: nothing is written' : `cannot be written: ${code}`}`,
    );
  }
};
