import { criticalFault, type SshFault } from './ssh-fault.ts';
import type { StageName } from './stage-name.ts';

/** A server that has said more than anybody needs to. */
export const endless = (stage: StageName): SshFault =>
  criticalFault('protocol', `the server sends without end (${stage})`, 'Look at its log.');

/** A server whose channel cannot be written to: ssh2 would do so for ever, in pieces of no bytes. */
export const noPackets = (): SshFault =>
  criticalFault('protocol', 'the server takes no packet of any size in its channel', 'Look at its log.');

/** A server that asks for a new password (RFC 4252, section 8). */
export const passwordExpired = (): SshFault =>
  criticalFault(
    'auth-failed',
    'the server wants a new password',
    'Set a new password for this user, which does not expire.',
  );

/** A server that shows another key in a later exchange. */
export const turnedKey = (fingerprint: string): SshFault =>
  criticalFault('host-key', `the host key has turned into ${fingerprint}`, 'Who answers there?');
