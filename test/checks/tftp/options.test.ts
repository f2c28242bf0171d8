import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { tftpOptions } from '../../../checks/tftp/options.ts';

describe('options of the TFTP check', () => {
  it('are all optional', () => {
    expect(v.parse(tftpOptions, {})).toEqual({});
  });

  it.each([
    [{ expectError: 1, firstBlock: false }],
    [{ requireOptions: true, mtuLap: true }],
    [{ firstBlock: true, tsize: true, size: 50_000_000 }],
    [{ firstBlock: true, tsize: true, minBytes: 50_000_000 }],
    [{ firstBlock: true, minBytes: 0 }],
    [{ firstBlock: true, minBytes: 1 }],
    [{ blksize: 8, windowsize: 65_535, optionTimeout: 255, tsize: true, requireOptions: true, mode: 'netascii' }],
    [{ contentRegex: '^v[0-9]+$', sha256: 'A'.repeat(64), minBytes: 0, maxBytes: 1 }],
  ])('take %j', (given) => {
    expect(v.safeParse(tftpOptions, given).issues).toBeUndefined();
  });

  it.each([
    [{ file: '' }, 'file: must be a name of 1 to 400 bytes'],
    [{ file: 'a\0b' }, 'file: must be a name of 1 to 400 bytes'],
    [{ file: 'ä'.repeat(201) }, 'file: must be a name of 1 to 400 bytes'],
    [{ mode: 'mail' }, 'mode: must be one of octet, netascii'],
    [{ maxBytes: 0 }, 'maxBytes: must be a whole number from 1 on'],
    [{ size: 20, maxBytes: 10 }, 'size: must not exceed maxBytes'],
    [{ minBytes: 2 * 1024 * 1024 }, 'minBytes: must not exceed maxBytes'],
    [
      { expectError: 1, content: 'x', sha256: 'a'.repeat(64) },
      'expectError: goes without content, sha256: no file is expected',
    ],
    [{ expectError: 65_536 }, 'expectError: must not exceed 65535'],
    [{ blksize: 7 }, 'blksize: must be a whole number from 8 on'],
    [{ blksize: 65_465 }, 'blksize: must not exceed 65464'],
    [{ windowsize: 65_536 }, 'windowsize: must not exceed 65535'],
    [{ optionTimeout: 256 }, 'optionTimeout: must not exceed 255'],
    [
      { requireOptions: true, tsize: false },
      'requireOptions: needs blksize or tsize or windowsize or optionTimeout or mtuLap',
    ],
    [{ mtuLap: true, blksize: 512 }, 'mtuLap: needs a blksize of more than 512'],
    [{ firstBlock: true, size: 3 }, 'size: needs tsize together with firstBlock'],
    [{ firstBlock: true, minBytes: 2 }, 'minBytes: needs tsize together with firstBlock'],
    [{ sha256: 'abc' }, 'sha256: must be 64 hexadecimal digits'],
    [{ warning: 'soon' }, /^warning: "soon" is not a range/],
  ])('refuse %j', (given, message) => {
    const { issues = [] } = v.safeParse(tftpOptions, given);
    expect(issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`)).toEqual([
      typeof message === 'string' ? message : expect.stringMatching(message),
    ]);
  });
});
