import type { Config } from '../config/config.ts';
import type { AnyHookType } from '../hook/hook.ts';
import { GuardianError } from './guardian-error.ts';

/**
 * Looks for what cannot work on this machine before anything runs.
 *
 * @throws GuardianError that names every hook at fault, with its place in the config
 */
export const preflight = async ({ file, farms }: Config<AnyHookType>): Promise<void> => {
  const hooks = farms.flatMap(({ id, hooks }) =>
    hooks.map((hook, i) => ({ ...hook, path: `farms.${id}.hooks[${i}]` })),
  );
  const complaints = await Promise.all(
    hooks.map(async ({ type, options, line, path }) => {
      const why = await type.preflight(options);
      return why === undefined ? [] : [`${file}:${line}: ${path}: ${why}`];
    }),
  );
  const all = complaints.flat();
  if (all.length > 0) throw new GuardianError(all.join('\n'));
};
