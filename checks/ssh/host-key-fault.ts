import type { Target } from '../../src/checker/index.ts';
import type { SshOptions } from './options.ts';
import type { ShownKey } from './session.ts';
import { criticalFault, SshFault } from './ssh-fault.ts';

/** What is wrong with a host key that is not good; `seen` are the fingerprints of all that the server has shown. */
export const wrongKey = (
  { key, opinion }: ShownKey,
  seen: readonly string[],
  { host, port }: Target,
  { knownHosts }: SshOptions,
): SshFault => {
  switch (opinion) {
    case 'revoked':
      return criticalFault('host-key', `the host key ${key.fingerprint} is revoked`, 'Give the server a new host key.');
    case 'changed':
      return criticalFault(
        'host-key',
        `the host key is ${key.fingerprint}, and ${knownHosts} has another of type ${key.type}`,
        `If the key was changed on purpose, put the new one into ${knownHosts}; if not, who answers there?`,
      );
    case 'unknown': {
      const name = port === 22 ? host : `[${host}]:${port}`;
      return new SshFault({
        status: 'UNKNOWN',
        code: 'no-host-key',
        summary: `${knownHosts} does not name ${name}, whose host key is ${key.fingerprint}`,
        remedy: `If this key is right, add the line: ${name} ${key.type} ${key.blob.toString('base64')}`,
      });
    }
    default:
      return criticalFault(
        'host-key',
        seen.length > 1
          ? `the host keys are ${seen.join(', ')}, none of which is expected`
          : `the host key is ${key.fingerprint}, which is not the expected one`,
        'If the key was changed on purpose, put its fingerprint into hostKey; if not, who answers there?',
      );
  }
};
