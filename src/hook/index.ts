import { execHook } from './exec-hook.ts';
import type { AnyHookType } from './hook.ts';

export type { AnyHookType, BackendChange, HookContext, HookDriver, HookType } from './hook.ts';
export { execHook };

/** Every hook type of this package. A new one is one file and one entry here. */
export const hookTypes: readonly AnyHookType[] = [execHook];
