import { execHook } from './exec-hook.ts';
import { fileHook } from './file/file-hook.ts';
import { haproxyHook } from './haproxy/haproxy-hook.ts';
import type { AnyHookType } from './hook.ts';
import { httpHook } from './http/http-hook.ts';
import { ipvsHook } from './ipvs/ipvs-hook.ts';
import { nftlbHook } from './nftlb/nftlb-hook.ts';

export { type BalancerNames, balancerNames, type NamesOption, namesComplaint } from './balancer-names.ts';
export { commonOptions, namesOption, timeoutOption } from './common-options.ts';
export {
  type AnyHookType,
  type BackendChange,
  type HookContext,
  type HookDriver,
  type HookFarm,
  type HookType,
  type ObservedState,
  type Outlook,
  PartialFailure,
  RetryLater,
} from './hook.ts';
export type { Keepsake } from './keepsake.ts';
export { type Lease, Sharing } from './sharing.ts';
export { execHook, fileHook, haproxyHook, httpHook, ipvsHook, nftlbHook };

/** Every hook type of this package. A new one is one file and one entry here. */
export const hookTypes: readonly AnyHookType[] = [execHook, nftlbHook, haproxyHook, ipvsHook, httpHook, fileHook];
