import { loadConfig } from '../config/index.ts';
import { preflight } from '../guardian/preflight.ts';
import { type AddCommand, printLines } from './cli-io.ts';

/** `farm-guardian config check`: says whether a config can be used, and every mistake at once. */
export const configCommand: AddCommand = (program, context, exit) => {
  program
    .command('config')
    .description('Look at a config.')
    .command('check')
    .description('Validate a config: every mistake with its path, line and column.')
    .argument('[file]', 'config file (default: farm-guardian.yaml, .yml or .json, as found)')
    .action(async (file: string | undefined) => {
      const { process, checkers, hooks } = context;
      const config = await loadConfig(file, { checkers, hooks }, { cwd: process.cwd() });
      await preflight(config, { environment: false });
      const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
      const backends = config.farms.reduce((sum, farm) => sum + farm.backends.length, 0);
      const hookCount = config.farms.reduce((sum, farm) => sum + farm.hooks.length, 0);
      const parts = [count(config.farms.length, 'farm'), count(backends, 'backend'), count(hookCount, 'hook')];
      printLines(context, [`${config.file}: ok: ${parts.join(', ')}`]);
      exit(0);
    });
};
