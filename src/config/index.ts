export { formatAddress, type ParsedAddress, parseAddress } from './address.ts';
export type {
  Address,
  BackendConfig,
  Config,
  Described,
  FarmConfig,
  GuardConfig,
  HookConfig,
  Policy,
  Registry,
  Rhythm,
} from './config.ts';
export { ConfigError, type Problem } from './config-error.ts';
export { type ConfigInput, defineConfig, type FarmInput } from './config-input.ts';
export { configJsonSchema, type SchemaConverter } from './json-schema.ts';
export { KnownFarms } from './known-farms.ts';
export { type LoadEnvironment, loadConfig } from './load.ts';
export { configOf, parseConfig } from './parse-config.ts';
export { printConfig } from './print-config.ts';
