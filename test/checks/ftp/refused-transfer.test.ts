import { expect, it } from 'vitest';
import type { Control } from '../../../checks/ftp/control.ts';
import type { FtpOptions } from '../../../checks/ftp/options.ts';
import { refusedTransfer, subjectOf } from '../../../checks/ftp/refused-transfer.ts';

const plain = { tls: undefined } as Control;
const tls = { tls: {} } as Control;

it.each<[string, Control, string, FtpOptions, string, string]>([
  ['RETR a', plain, '550 no', {}, 'file-missing', 'no a: 550 no'],
  ['RETR a', plain, '550 Permission denied', {}, 'access-denied', 'a refused: 550 Permission denied'],
  ['STOR a', plain, '550 no', {}, 'access-denied', 'a refused: 550 no'],
  ['LIST', plain, '550 no', {}, 'file-missing', 'no listing: 550 no'],
  ['RETR a', plain, '421 bye', {}, 'overloaded', 'server is full: 421 bye'],
  ['STOR a', plain, '452 full', {}, 'disk-full', 'no room for a: 452 full'],
  ['STOR a', plain, '552 full', {}, 'disk-full', 'no room for a: 552 full'],
  ['RETR a', plain, '426 cut', {}, 'transfer-incomplete', 'transfer of a broke off: 426 cut'],
  ['RETR a', plain, '425 no', {}, 'data-refused', 'no data connection for a: 425 no'],
  ['RETR a', plain, '522 encrypt', {}, 'tls-required', 'the server wants TLS: 522 encrypt'],
  [
    'RETR a',
    tls,
    '522 session reuse required',
    {},
    'tls-no-reuse',
    'no data connection for a: 522 session reuse required',
  ],
  [
    'RETR a',
    tls,
    '425 Operation not permitted',
    {},
    'tls-no-reuse',
    'no data connection for a: 425 Operation not permitted',
  ],
  ['RETR a', tls, '425 Connection refused', {}, 'data-refused', 'no data connection for a: 425 Connection refused'],
  ['RETR a', tls, '522 SSL failed', {}, 'tls-handshake', 'no data connection for a: 522 SSL failed'],
  ['RETR a', plain, '500 what?', {}, 'protocol', 'unexpected answer to RETR a: 500 what?'],
])('%s of row %#', (command, control, said, options, code, summary) => {
  const reply = { code: Number(said.slice(0, 3)), said, lines: [said] };
  const failure = refusedTransfer(command, reply, control, options);
  expect(failure).toMatchObject({ code, message: summary });
});

it('blames the way to us where the server is to connect', () => {
  const reply = { code: 425, said: '425 no', lines: [] };
  expect(refusedTransfer('RETR a', reply, plain, { data: 'eprt' }).remedy).toContain('--active-address');
  expect(refusedTransfer('RETR a', reply, plain, {}).remedy).toContain('passive ports');
});

it.each([
  ['RETR a b.txt', 'a b.txt'],
  ['LIST', 'listing'],
])('%s is about %s', (command, subject) => {
  expect(subjectOf(command)).toBe(subject);
});
