import { createHmac } from 'node:crypto';
import { describeKey, type HostKey } from './host-key.ts';

/** What a known_hosts file says of one host. */
export interface KnownKeys {
  /** Keys that are right. */
  readonly keys: readonly HostKey[];
  /** Keys that must never be accepted (`@revoked`). */
  readonly revoked: readonly HostKey[];
}

/** One line of the file that names a key. */
interface Entry {
  readonly hosts: string;
  readonly revoked: boolean;
  readonly key: HostKey;
}

/**
 * Looks a host up in the text of a known_hosts file: names, patterns and negations, `[host]:port`, hashed names and
 * `@revoked`. As in OpenSSH a port other than 22 that is not listed falls back to the host alone, a broken line counts
 * for nothing, and lines of certificate authorities do not name a host's key.
 *
 * Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.
 */
export const lookUpHost = (file: string, host: string, port: number): KnownKeys => {
  const entries = file.split('\n').flatMap(parseLine);
  const name = host.toLowerCase();
  const listed = port === 22 ? [] : entriesOf(entries, `[${name}]:${port}`);
  const all = listed.some(({ revoked }) => !revoked) ? listed : [...listed, ...entriesOf(entries, name)];
  return {
    keys: all.filter(({ revoked }) => !revoked).map(({ key }) => key),
    revoked: all.filter(({ revoked }) => revoked).map(({ key }) => key),
  };
};

const entriesOf = (entries: readonly Entry[], name: string): readonly Entry[] =>
  entries.filter(({ hosts }) => namesHost(hosts, name));

const parseLine = (line: string): readonly Entry[] => {
  const words = line.trim().split(/[ \t]+/);
  const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
  const [hosts = '', type = '', base64 = ''] = words;
  if (hosts.startsWith('#') || (marker !== undefined && marker !== '@revoked')) return [];
  const key = describeKey(Buffer.from(base64, 'base64'));
  return key.type === type ? [{ hosts, revoked: marker !== undefined, key }] : [];
};

const namesHost = (hosts: string, name: string): boolean => {
  if (hosts.startsWith('|')) return isHashOf(hosts, name);
  let named = false;
  for (const pattern of hosts.toLowerCase().split(',')) {
    if (pattern.startsWith('!') && fits(pattern.slice(1), name)) return false;
    named ||= fits(pattern, name);
  }
  return named;
};

/** `|1|SALT|HASH`: HMAC-SHA1 of the name. */
const isHashOf = (hashed: string, name: string): boolean => {
  const [, version, salt = '', hash = ''] = hashed.split('|');
  if (version !== '1') return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
};

/** Whether a pattern with `*` and `?` fits a whole name; never takes more steps than both are long, multiplied. */
const fits = (pattern: string, name: string): boolean => {
  let [at, position] = [0, 0];
  let [star, retry] = [-1, 0];
  while (position < name.length) {
    if (pattern[at] === '*') {
      star = at++;
      retry = position;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[position])) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++retry;
    } else return false;
  }
  return pattern.slice(at).replaceAll('*', '') === '';
};
