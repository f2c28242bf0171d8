import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { cutConnections } from '../../../src/hook/nftlb/cut-connections.ts';
import { itInFolder as it } from '../../temporary-folder.ts';
import { never } from './nftlb-driver.ts';

describe('established connections', () => {
  const nothing = 'conntrack v1.4.7 (conntrack-tools): 0 flow entries have been deleted.';
  const cut = async (folder: string, script: string, mark = '0x201') => {
    const conntrack = join(folder, 'conntrack');
    await writeFile(conntrack, `#!/bin/sh\necho "$@" > ${folder}/seen\n${script}\n`, { mode: 0o755 });
    return cutConnections(mark, { clock: systemClock, timeoutMs: 5_000, signal: never, conntrack });
  };

  it('are cut by their mark', async ({ folder }) => {
    await cut(folder, 'exit 0');
    expect(await readFile(join(folder, 'seen'), 'utf8')).toBe('--delete --mark 0x201/0x7fffffff\n');
  });

  it('may be none', async ({ folder }) => {
    await expect(cut(folder, `echo '${nothing}' >&2; exit 1`)).resolves.toBeUndefined();
  });

  it('cannot be cut without rights', async ({ folder }) => {
    await expect(cut(folder, "echo 'sorry, you must be root' >&2; exit 1")).rejects.toThrow(
      'conntrack: exit 1: sorry, you must be root',
    );
  });

  it.for(['', '0x0', '0', '0x201; reboot', '201', '0x1ffffffff'])(
    'are not all cut for the mark "%s"',
    async (mark, { folder }) => {
      await expect(cut(folder, 'exit 0', mark)).rejects.toThrow('nftlb shows no mark to cut by');
    },
  );
});
