import { expect, it } from 'vitest';
import { fillWords, usesPort } from '../../../checks/exec/fill-words.ts';

it.each<[string[], string, string[]]>([
  [['check_tcp', '-H', 'HOST', '-p', 'PORT'], '10.0.0.1', ['check_tcp', '-H', '10.0.0.1', '-p', '80']],
  [['check_sip', '-R', 'HOST:PORT'], '10.0.0.1', ['check_sip', '-R', '10.0.0.1:80']],
  [['check_x', '--host=HOST', 'tcp://HOST:PORT/x'], 'ftp1', ['check_x', '--host=ftp1', 'tcp://ftp1:80/x']],
  [['check_x', 'HOST:PORT', '[HOST]:PORT', 'HOST'], '::1', ['check_x', '[::1]:80', '[::1]:80', '::1']],
  // Farm Guardian's own replacement makes MY10.0.0.1.example and SUP80 of these.
  [
    ['check_x', '-H', 'MYHOST.example', '-s', 'SUPPORT'],
    '10.0.0.1',
    ['check_x', '-H', 'MYHOST.example', '-s', 'SUPPORT'],
  ],
  [
    ['check_x', 'HOST.example', 'PORT-1', 'HOST_A', 'HOSTS', 'host'],
    'b',
    ['check_x', 'HOST.example', 'PORT-1', 'HOST_A', 'HOSTS', 'host'],
  ],
  [['HOST', 'HOST'], 'b', ['HOST', 'b']],
  // What was filled in is not looked at again.
  [['check_x', 'HOST'], 'PORT', ['check_x', 'PORT']],
  [['check_x', 'HOST'], '$& $1', ['check_x', '$& $1']],
])('%j with the host %s becomes %j', (words, host, filled) => {
  expect(fillWords(words, { host, port: 80 })).toEqual(filled);
});

it.each<[string[], boolean]>([
  [['check_tcp', '-p', 'PORT'], true],
  [['check_sip', 'HOST:PORT'], true],
  [['check_ping', '-H', 'HOST', '-s', 'SUPPORT'], false],
  [['PORT'], false],
])('whether %j needs a port: %s', (words, expected) => {
  expect(usesPort(words)).toBe(expected);
});
