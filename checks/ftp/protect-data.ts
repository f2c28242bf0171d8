import type { Control } from './control.ts';
import { protectionRefused } from './tls-failure.ts';

/**
 * Asks for TLS on data connections: PBSZ 0, PROT P (RFC 4217, 8 and 9). After the login, as clients do, for some
 * servers take no other command before it.
 *
 * @throws DeepFailure `tls-handshake` when it is refused
 */
export const protectData = async (control: Control): Promise<void> => {
  for (const command of ['PBSZ 0', 'PROT P']) {
    const { code, said } = await control.ask(command);
    if (code < 200 || code >= 300) throw protectionRefused(command, said);
  }
};
