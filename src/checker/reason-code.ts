/**
 * Why a check ended as it did: stable words for metrics, JSON and scripts. People read the summary.
 * Codes are added, never renamed.
 */
export const reasonCodes = [
  'ok',
  'refused',
  'connect-timeout',
  'unreachable',
  'dns',
  'reset',
  'timeout',
  'no-data',
  'banner-mismatch',
  'protocol',
  'tls-handshake',
  'tls-verify',
  'tls-expiring',
  'tls-required',
  'tls-injection',
  'tls-no-reuse',
  'auth-failed',
  'overloaded',
  'throttled',
  'epsv-refused',
  'pasv-refused',
  'port-refused',
  'pasv-address',
  'pasv-port-range',
  'data-refused',
  'data-timeout',
  'active-no-connect',
  'active-source',
  'active-source-port',
  'transfer-incomplete',
  'file-missing',
  'access-denied',
  'disk-full',
  'content-mismatch',
  'size-mismatch',
  'idle-cut',
  'idle-reset',
  'wrong-source',
  'options-refused',
  'mtu-blackhole',
  'host-key',
  'no-host-key',
  'no-common-algorithm',
  'subsystem-missing',
  'command-failed',
  'too-old',
  'slow',
  'plugin-missing',
  'plugin-timeout',
  'plugin-failed',
  'local-fault',
  'internal',
] as const;

/** A reason code of this package. */
export type KnownReasonCode = (typeof reasonCodes)[number];

/** A reason code: one of ours, or a checker's own kebab-case word. `ok` goes with the status OK. */
export type ReasonCode = KnownReasonCode | (string & {});
