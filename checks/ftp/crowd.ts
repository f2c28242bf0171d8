/**
 * Whether a reply says that it is not us but the crowd: 421 (RFC 959, 4.2.2), or 530 in the words of ProFTPD, pure-ftpd
 * and FileZilla.
 */
export const isCrowded = (code: number, said: string): boolean => code === 421 || (code === 530 && crowd.test(said));

const crowd = /too many|maximum (?:number|login|client|connection|user)/i;
