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
    [{ data: 'pasv', minBytes: 1, maxBytes: 2 }, ['data: needs file', 'minBytes: needs file', 'maxBytes: needs file']],
    [{ user: '' }, ['user: must not be empty']],
    [{ file: 'a\r\nDELE b' }, ['file: must not contain control characters']],
    [{ file: 'a', send: 'NOOP' }, ['send: is for a look at the greeting alone, without user and file']],
    [{ file: 'a', minBytes: 2_000_000 }, ['minBytes: must not exceed maxBytes']],
    [{ file: 'a', minBytes: 5, maxBytes: 4 }, ['minBytes: must not exceed maxBytes']],
    [{ delay: 0 }, ['delay: must be a positive integer']],
    [{ mismatch: 'bad' }, ['mismatch: must be one of ok, warn, crit']],
    [{ warning: '5:1' }, ['warning: "5:1" is not a range: the start is greater than the end']],
  ])('%j: %j', (options, expected) => {
    expect(complaints(options)).toEqual(expected);
  });
});
