import { expect, it } from 'vitest';
import { epsvPort, pasvAddress } from '../../../checks/ftp/passive.ts';

it.each([
  ['229 Entering Extended Passive Mode (|||6446|)', 6446],
  ['229 ok (!!!65535!)', 65_535],
  ['229 ok (|||0|)', undefined],
  ['229 ok (|||65536|)', undefined],
  ['229 ok (||6446|)', undefined],
  ['229 ok (|1|192.0.2.1|6446|)', undefined],
  ['229 ok (|||-1|)', undefined],
  ['229 ok', undefined],
])('%j gives the EPSV port %s', (reply, port) => {
  // A server's pipes are blanks by the time they are looked at, like everywhere in its replies.
  expect(epsvPort(reply)).toBe(port);
  expect(epsvPort(reply.replaceAll('|', ' '))).toBe(port);
});

it.each([
  ['227 Entering Passive Mode (127,0,0,1,4,1).', { address: '127.0.0.1', port: 1025 }],
  ['227 =192,0,2,1,255,255', { address: '192.0.2.1', port: 65_535 }],
  ['227 (256,0,0,1,4,1)', undefined],
  ['227 (127,0,0,1,0,0)', undefined],
  ['227 (127,0,0,1,4)', undefined],
  ['227 (127,0,0,1,4,1234)', undefined],
  ['227 ok', undefined],
])('%j gives the PASV address %j', (reply, expected) => {
  expect(pasvAddress(reply)).toEqual(expected);
});
