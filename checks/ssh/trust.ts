import { readLocalFile } from '../../src/checker/index.ts';
import type { HostKey } from './host-key.ts';
import { type KnownKeys, lookUpHost } from './known-hosts.ts';
import type { SshOptions } from './options.ts';

/**
 * What is thought of a host key: `right` is one that was pinned or is known, `accepted` one that is only taken because
 * any is, `unasked` one that nobody has asked about, `other` none that was pinned or is known, `changed` one where another
 * of its type is known, `unknown` one of a host that the known_hosts file does not name.
 */
export type Opinion = 'right' | 'accepted' | 'unasked' | 'other' | 'changed' | 'unknown' | 'revoked';

/** Whether a check goes on after a key. */
export const isGood = (opinion: Opinion): boolean =>
  opinion === 'right' || opinion === 'accepted' || opinion === 'unasked';

/** Whether a key is wrong even where another of the server's keys is right. */
export const isDisputed = (opinion: Opinion): boolean => opinion === 'changed' || opinion === 'revoked';

/** Who tells right host keys from wrong ones. */
export interface Trust {
  /** Types of keys that are known, to be asked for first. */
  readonly types: readonly string[];
  /** Whether a key of another type may be right where one is not: fingerprints do not tell their type. */
  readonly mayBeOfAnyType: boolean;
  judge(key: HostKey): Opinion;
}

/** Larger than any known_hosts file of people. */
const largestBytes = 8 * 1024 * 1024;

/**
 * What the options trust for a host.
 *
 * @throws LocalFileError when the known_hosts file cannot be read
 */
export const readTrust = async (
  { hostKey: pins = [], knownHosts }: SshOptions,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Trust> => {
  const known =
    knownHosts === undefined ? undefined : lookUpHost(await readLocalFile(knownHosts, largestBytes), host, port);
  return {
    types: known?.keys.map(({ type }) => type) ?? [],
    mayBeOfAnyType: pins.length > 0,
    judge: (key) => judgeKey(key, pins, known),
  };
};

const judgeKey = (key: HostKey, pins: readonly string[], known: KnownKeys | undefined): Opinion => {
  const { blob, type, fingerprint } = key;
  if (known?.revoked.some((other) => other.blob.equals(blob))) return 'revoked';
  if (pins.includes(fingerprint) || known?.keys.some((other) => other.blob.equals(blob))) return 'right';
  if (pins.includes('any')) return 'accepted';
  if (pins.length === 0 && !known) return 'unasked';
  if (pins.length === 0 && known?.keys.length === 0) return 'unknown';
  return known?.keys.some((other) => other.type === type) ? 'changed' : 'other';
};
