import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ftpOptions } from '../../../checks/ftp/options.ts';

const complaints = (options: unknown): string[] => {
  const parsed = v.safeParse(ftpOptions, options);
  return parsed.success ? [] : parsed.issues.map(({ path, message }) => `${path?.[0]?.key}: ${message}`);
};

describe('the options of the FTP checker', () => {
  it.each<[object, string[]]>([
    [{}, []],
    [{ expect: ['a'], all: true, mismatch: 'crit', warning: 2, critical: '@1:5' }, []],
    [{ all: true }, []],
    [
      { user: 'probe', password: { env: 'PW' }, file: 'a.txt', content: 'OK', data: 'epsv', minBytes: 1, maxBytes: 9 },
      [],
    ],
    [{ content: 'OK' }, ['content: needs file']],
    [{ password: { env: 'PW' } }, ['password: needs user']],
    [{ data: 'pasv', minBytes: 1, maxBytes: 2 }, ['minBytes: needs file']],
    [{ user: 'probe', maxBytes: 2 }, ['maxBytes: needs file or list or data']],
    [{ user: 'probe', transfers: 5 }, ['transfers: needs file or list or data']],
    [{ list: false, transfers: 5 }, ['transfers: needs file or list or data']],
    [{ data: 'passive', transfers: 1_001 }, ['transfers: must be a whole number from 1 to 1000']],
    [{ list: true, transfers: 1_000, account: 'farm' }, []],
    [{ contentRegex: 'OK', sha256: 'a'.repeat(64) }, ['contentRegex: needs file', 'sha256: needs file']],
    [{ file: 'a', sha256: 'abc' }, ['sha256: must be 64 hexadecimal digits']],
    [{ file: 'a', sha256: 'A'.repeat(64), contentRegex: '^v\\d+$' }, []],
    [{ upload: '' }, ['upload: must not be empty']],
    [{ upload: '/in\r\nQUIT' }, ['upload: must not contain control characters']],
    [{ account: 'a\nb' }, ['account: must not contain control characters']],
    [{ idle: '0s' }, ['idle: must be longer than 0']],
    [{ idle: '250s', upload: '/incoming' }, []],
    [{ user: '' }, ['user: must not be empty']],
    [{ user: 'probe', anonymous: true }, ['anonymous: is of no use with user']],
    [{ user: 'probe', anonymous: false }, []],
    [{ file: 'a\r\nDELE b' }, ['file: must not contain control characters']],
    [{ file: 'a', send: 'NOOP' }, ['send: is for a look at the greeting alone']],
    [{ file: 'a', minBytes: 2_000_000 }, ['minBytes: must not exceed maxBytes']],
    [{ file: 'a', minBytes: 5, maxBytes: 4 }, ['minBytes: must not exceed maxBytes']],
    [{ delay: 0 }, ['delay: must be a positive integer']],
    [{ mismatch: 'bad' }, ['mismatch: must be one of ok, warn, crit']],
    [{ warning: '5:1' }, ['warning: "5:1" is not a range: the start is greater than the end']],
  ])('%j: %j', (options, expected) => {
    expect(complaints(options)).toEqual(expected);
  });
});
