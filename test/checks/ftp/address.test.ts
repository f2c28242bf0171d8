import { expect, it } from 'vitest';
import { isSameAddress, parseBind, parsePorts, plainAddress } from '../../../checks/ftp/address.ts';

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['2001:db8::1', '2001:db8::1'],
])('%s is plainly %s', (address, plain) => {
  expect(plainAddress(address)).toBe(plain);
});

it.each([
  ['192.0.2.1', '::ffff:192.0.2.1', true],
  ['2001:DB8:0::1', '2001:db8::1', true],
  ['fe80::1%eth0', 'fe80::1', true],
  ['192.0.2.1', '192.0.2.10', false],
  ['2001:db8::1', '2001:db8::2', false],
  ['nowhere', '192.0.2.1', false],
])('%s and %s being the same address: %s', (one, other, same) => {
  expect(isSameAddress(one, other)).toBe(same);
  expect(isSameAddress(other, one)).toBe(same);
});

it.each([
  ['50000-50099', { lowest: 50_000, highest: 50_099 }],
  ['20-20', { lowest: 20, highest: 20 }],
  ['1-65535', { lowest: 1, highest: 65_535 }],
  ['0-9', undefined],
  ['9-1', undefined],
  ['1-65536', undefined],
  ['50000', undefined],
  ['a-b', undefined],
  ['1-2-3', undefined],
  ['', undefined],
])('%j is the range of ports %j', (text, range) => {
  expect(parsePorts(text)).toEqual(range);
});

it.each([
  ['192.0.2.1', { address: '192.0.2.1', ports: undefined }],
  ['192.0.2.1:5-9', { address: '192.0.2.1', ports: { lowest: 5, highest: 9 } }],
  ['2001:db8::1', { address: '2001:db8::1', ports: undefined }],
  ['[2001:db8::1]:5-9', { address: '2001:db8::1', ports: { lowest: 5, highest: 9 } }],
  ['[2001:db8::1]', { address: '2001:db8::1', ports: undefined }],
  ['[192.0.2.1]:5-9', undefined],
  ['2001:db8::1:5-9', undefined],
  ['192.0.2.1:', undefined],
  ['192.0.2.1:9-5', undefined],
  ['localhost:5-9', undefined],
  [':5-9', undefined],
  ['', undefined],
])('%j binds to %j', (text, bind) => {
  expect(parseBind(text)).toEqual(bind);
});
