import { createHash } from 'node:crypto';
import type { LinearPattern } from '../../src/checker/index.ts';
import type { SshOptions } from './options.ts';
import { criticalFault, type SshFault } from './ssh-fault.ts';

/** What a file must be like. */
export interface Expected extends Pick<SshOptions, 'content' | 'sha256' | 'minBytes'> {
  readonly pattern?: LinearPattern | undefined;
}

/** SHA-256 in hexadecimal. */
export const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What is wrong with a file, if anything. `name` is for the message. */
export const judgeContent = (
  found: Buffer,
  name: string,
  { content, sha256, minBytes = 0, pattern }: Expected,
): SshFault | undefined => {
  const got = `${found.length} ${found.length === 1 ? 'byte' : 'bytes'} of ${name}`;
  if (found.length < minBytes)
    return criticalFault(
      'size-mismatch',
      `${got}, expected at least ${minBytes}`,
      'The file is shorter than it should be: was it written completely?',
    );
  if (sha256 !== undefined && digestOf(found) !== sha256.toLowerCase())
    return other(`${got}, with the SHA-256 ${digestOf(found)}, not ${sha256.toLowerCase()}`);
  if (content !== undefined && !found.includes(content)) return other(`${got}, without the expected "${content}"`);
  if (pattern && !pattern.test(found)) return other(`${got}, which the regular expression does not match`);
  return undefined;
};

const other = (summary: string): SshFault =>
  criticalFault(
    'content-mismatch',
    summary,
    'The server has another file than expected: compare it with the other servers of the farm.',
  );
