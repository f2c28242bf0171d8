import { isFingerprint } from './fingerprint.ts';
import type { SshOptions } from './options.ts';

type Key = keyof SshOptions;

/** Options as they may be given, in a config or on a command line. */
export type Given = { readonly [K in Key]?: unknown };

/** Largest file, and longest output of a command, unless `maxBytes` says otherwise: 1 MiB. */
export const defaultMaxBytes = 1024 * 1024;

/** What asks for more than the identification. */
const deepOnly: readonly Key[] = ['hostKey', 'knownHosts', 'hostKeyTypes', 'user'];

/** Whether an option is there, and not a switch that is off. */
const isAsked = (value: unknown): boolean => value !== undefined && value !== false;

/** Whether these options ask for more than the identification. */
export const isDeep = (given: Given): boolean => deepOnly.some((key) => isAsked(given[key]));

/** What an option is of no use without: any of these. */
const needs: readonly (readonly [Key, ...Key[]])[] = [
  ['password', 'user'],
  ['key', 'user'],
  ['keyPassphrase', 'key'],
  ['agent', 'user'],
  ['sftp', 'user'],
  ['file', 'user'],
  ['list', 'user'],
  ['upload', 'user'],
  ['command', 'user'],
  ['content', 'file'],
  ['contentRegex', 'file'],
  ['sha256', 'file'],
  ['minBytes', 'file'],
  ['maxBytes', 'file', 'command'],
  ['maxAge', 'list'],
  ['commandOutput', 'command'],
  ['warning', ...(deepOnly as [Key])],
  ['critical', ...(deepOnly as [Key])],
];

const notEmpty: readonly Key[] = ['user', 'file', 'list', 'upload', 'command'];

/** The rules between options, each a complaint about one of them. */
export const brokenRules = function* (given: SshOptions): Generator<readonly [Key, string]> {
  const { user, hostKey = [], knownHosts } = given;
  for (const [key, ...others] of needs)
    if (isAsked(given[key]) && !others.some((other) => isAsked(given[other])))
      yield [key, `needs ${others.join(' or ')}`];
  for (const key of notEmpty) if (given[key] === '') yield [key, 'must not be empty'];
  for (const key of notEmpty) if (String(given[key] ?? '').includes('\0')) yield [key, 'must not contain NUL'];
  if (user !== undefined && !given.password && given.key === undefined && !given.agent)
    yield ['user', 'needs password, key or agent'];
  // Without a pin the login would go to whoever answers.
  if (user !== undefined && hostKey.length === 0 && knownHosts === undefined)
    yield [
      'hostKey',
      'is required with user: give SHA256:... (ssh-keygen -l prints it) or any; knownHosts will do, too',
    ];
  for (const pin of hostKey)
    if (pin !== 'any' && !isFingerprint(pin))
      yield ['hostKey', `"${pin}" is neither SHA256: and 43 characters (ssh-keygen -l prints it) nor any`];
  if ((given.minBytes ?? 0) > (given.maxBytes ?? defaultMaxBytes)) yield ['minBytes', 'must not exceed maxBytes'];
};
