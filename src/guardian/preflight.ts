import { access, constants } from 'node:fs/promises';
import { optionInfo } from '../checker/options.ts';
import { Secret } from '../checker/secret.ts';
import type { Config, FarmConfig } from '../config/config.ts';
import type { AnyHookType } from '../hook/hook.ts';
import { hookFarm } from './farm-hooks.ts';
import { GuardianError } from './guardian-error.ts';

/** What is looked at before the start. */
export interface PreflightOptions {
  /**
   * Whether secrets in the environment and in credentials are looked for too: they are there for the daemon, hardly
   * for whoever only validates its config.
   */
  readonly environment: boolean;
}

/**
 * Looks for what cannot work on this machine before anything runs: hooks without a program, secrets and files that
 * cannot be read, options that their checker knows it cannot work with.
 *
 * @throws GuardianError that names everything at fault, with its place in the config
 */
export const preflight = async (
  { file, farms }: Config<AnyHookType>,
  { environment }: PreflightOptions,
): Promise<void> => {
  const complaints = await Promise.all(
    farms.flatMap((farm) => [checkComplaints(farm, file, environment), hookComplaints(farm, file)]),
  );
  const all = [...complaints.flat(), ...claimComplaints(farms, file)];
  if (all.length > 0) throw new GuardianError(all.join('\n'));
};

const hookComplaints = async (farm: FarmConfig<AnyHookType>, file: string): Promise<string[]> => {
  const complaints = farm.hooks.map(async ({ type, options, line }, i) => {
    const why = await type.preflight(options, hookFarm(farm));
    return why === undefined ? [] : [`${placeOf(file, line)}: ${hookAt(farm, i)}: ${why}`];
  });
  return (await Promise.all(complaints)).flat();
};

/** Two hooks that keep the same would mend what the other one wrote, for ever. */
const claimComplaints = (farms: readonly FarmConfig<AnyHookType>[], file: string): string[] => {
  const owners = new Map<string, string>();
  const complaints: string[] = [];
  for (const farm of farms)
    for (const [i, { type, options, line }] of farm.hooks.entries())
      for (const claim of type.claims?.(options, hookFarm(farm)) ?? []) {
        const owner = owners.get(claim);
        if (owner === undefined) owners.set(claim, hookAt(farm, i));
        else complaints.push(`${placeOf(file, line)}: ${hookAt(farm, i)}: ${claim} is kept by ${owner} already`);
      }
  return complaints;
};

const hookAt = ({ id }: FarmConfig, index: number): string => `farms.${id}.hooks[${index}]`;

const placeOf = (file: string, line: number): string => `${file}${line > 0 ? `:${line}` : ''}`;

const checkComplaints = async (
  { id, check: { checker, options } }: FarmConfig<AnyHookType>,
  file: string,
  environment: boolean,
): Promise<string[]> => {
  const complain = (option: string, why: string) => `${file}: farms.${id}.check.${option}: ${why}`;
  const complaints = Object.entries(options as Record<string, unknown>).map(async ([key, value]) => {
    const schema = checker.options.entries[key];
    const isPath = schema && optionInfo(schema)?.kind === 'path' && typeof value === 'string';
    const why =
      value instanceof Secret
        ? (environment || !value.inEnvironment) && (await complaint(() => value.reveal()))
        : isPath && (await complaint(() => access(value, constants.R_OK)));
    return why ? [complain(key, why)] : [];
  });
  const unfit = await checker.preflight?.(options);
  return [...(await Promise.all(complaints)).flat(), ...(unfit ? [complain(...unfit)] : [])];
};

/** Why something cannot be read; `undefined` when it can. */
const complaint = async (read: () => Promise<unknown>): Promise<string | undefined> => {
  try {
    await read();
    return undefined;
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException;
    return code ? `cannot read ${path}: ${code}` : message;
  }
};
