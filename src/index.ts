/**
 * Farm Guardian as a library: run one check, define a checker, or watch farms.
 *
 * @module farm-guardian
 */
export * from './checker/index.ts';
export { systemClock } from './clock/system-clock.ts';
export { ConfigError, type ConfigInput, defineConfig, type FarmInput, type Problem } from './config/index.ts';
export { SelectorError } from './farm/selector.ts';
export { OrderError } from './guardian/checked-order.ts';
export { type CreatedGuardian, type CreateOptions, createGuardian } from './guardian/create-guardian.ts';
export type { BackendName, GuardianEventMap, GuardianEvents } from './guardian/events.ts';
export type { Guardian, ReloadReport } from './guardian/guardian.ts';
export { GuardianError } from './guardian/guardian-error.ts';
export type {
  AdminStatus,
  BackendStatus,
  DeliveryStatus,
  FarmStatus,
  GuardianStatus,
  GuardStatus,
  HookStatus,
  IsolationStatus,
  LastResult,
} from './guardian/guardian-status.ts';
export { type AdminOrder, type AdminState, adminStates } from './health/admin-order.ts';
export type { DesiredState } from './health/desired-state.ts';
export * from './hook/index.ts';
