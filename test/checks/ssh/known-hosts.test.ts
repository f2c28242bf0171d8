import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookUpHost } from '../../../checks/ssh/known-hosts.ts';
import { wireString } from '../../../checks/ssh/wire.ts';

const key = (secret = 'k') => Buffer.concat([wireString('ssh-ed25519'), wireString(secret)]).toString('base64');
const line = (hosts: string, secret = 'k') => `${hosts} ssh-ed25519 ${key(secret)}\n`;

const hashed = (name: string) => {
  const salt = Buffer.from('a salt of 20 bytes..');
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
};

describe('a host in a known_hosts file', () => {
  it.each([
    ['barn', 'barn', 22, true],
    ['barn', 'BARN', 22, true],
    ['BARN', 'barn', 22, true],
    ['barn', 'barns', 22, false],
    ['shed,barn,10.0.0.1', '10.0.0.1', 22, true],
    ['*.example', 'barn.example', 22, true],
    ['*.example,!barn.example', 'barn.example', 22, false],
    ['!barn.example,*.example', 'shed.example', 22, true],
    ['b?rn', 'burn', 22, true],
    ['b?rn', 'brn', 22, false],
    ['*a*b*', 'xxaxxbxx', 22, true],
    ['*a*b', 'xxaxxbxx', 22, false],
    ['*', '', 22, true],
    ['[barn]:2222', 'barn', 2222, true],
    ['[barn]:2222', 'barn', 22, false],
    ['[barn]:2222', 'barn', 2223, false],
    ['barn', 'barn', 2222, true],
    ['::1', '::1', 22, true],
    ['[::1]:2222', '::1', 2222, true],
    [hashed('barn'), 'barn', 22, true],
    [hashed('barn'), 'shed', 22, false],
    [hashed('[barn]:2222'), 'barn', 2222, true],
    ['|1|broken', 'barn', 22, false],
    ['|2|a|b', 'barn', 22, false],
  ])('%s names %s port %i: %s', (hosts, host, port, found) => {
    expect(lookUpHost(line(hosts), host, port).keys.length > 0).toBe(found);
  });

  it('with a line for its port is not looked for without', () => {
    const { keys } = lookUpHost(line('barn', 'one') + line('[barn]:2222', 'two'), 'barn', 2222);
    expect(keys.map(({ blob }) => blob.toString('base64'))).toEqual([key('two')]);
  });

  it('may have keys that are revoked, with or without others', () => {
    const { keys, revoked } = lookUpHost(`@revoked ${line('*', 'bad')}${line('barn')}`, 'barn', 22);
    expect([keys.length, revoked.length]).toEqual([1, 1]);
    expect(lookUpHost(`@revoked ${line('[barn]:1', 'bad')}${line('barn')}`, 'barn', 1)).toMatchObject({
      keys: { length: 1 },
      revoked: { length: 1 },
    });
  });

  it.each(['barn ssh-rsa AAAA', `barn ssh-rsa ${key()}`, 'barn', '', '# barn', `@what barn ssh-ed25519 ${key()}`])(
    'is not named by the broken line %j',
    (broken) => {
      expect(lookUpHost(`${broken}\n${line('shed')}`, 'barn', 22)).toEqual({ keys: [], revoked: [] });
    },
  );

  it('may be named with anything, at no cost', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(65_535), (file, host, port) => {
        expect(lookUpHost(`${file}\n${line(file)}`, host, port).keys.length).toBeLessThan(3);
      }),
    );
    const stars = line('*a'.repeat(2_000));
    expect(lookUpHost(stars, 'a'.repeat(2_000), 22).keys).toHaveLength(1);
    expect(lookUpHost(stars, `${'a'.repeat(2_000)}b`, 22).keys).toHaveLength(0);
  });
});
