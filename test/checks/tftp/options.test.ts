import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { tftpOptions } from '../../../checks/tftp/options.ts';

describe('options of the TFTP check', () => {
  it('are all optional', () => {
    expect(v.parse(tftpOptions, {})).toEqual({});
  });

  it.each([
    [{ file: '' }, 'file: must be a name of 1 to 400 bytes'],
    [{ file: 'a\0b' }, 'file: must be a name of 1 to 400 bytes'],
    [{ file: 'ä'.repeat(201) }, 'file: must be a name of 1 to 400 bytes'],
    [{ mode: 'mail' }, 'mode: must be one of octet, netascii'],
    [{ maxBytes: 0 }, 'maxBytes: must be a whole number from 1 on'],
    [{ size: 20, maxBytes: 10 }, 'size: must not exceed maxBytes'],
    [{ minBytes: 2 * 1024 * 1024 }, 'minBytes: must not exceed maxBytes'],
    [{ expectError: 1, content: 'x' }, 'expectError: goes without content, size and minBytes: no file is expected'],
    [{ warning: 'soon' }, /^warning: "soon" is not a range/],
  ])('refuse %j', (given, message) => {
    const { issues = [] } = v.safeParse(tftpOptions, given);
    expect(issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`)).toEqual([
      typeof message === 'string' ? message : expect.stringMatching(message),
    ]);
  });
});
