import type * as v from 'valibot';
import type { farmSchema, rootSchema } from './schema.ts';

/** A farm as a config file writes it. */
export type FarmInput = v.InferInput<typeof farmSchema>;

/** A config as a config file writes it: what `defineConfig` and `createGuardian` take. */
export type ConfigInput = Omit<v.InferInput<typeof rootSchema>, 'farms'> & {
  readonly farms: Readonly<Record<string, FarmInput>>;
};

/** Types a config; gives it back unchanged. */
export const defineConfig = <const Input extends ConfigInput>(config: Input): Input => config;
