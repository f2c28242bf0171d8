import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { nftlbHook } from '../../../src/hook/nftlb/nftlb-hook.ts';
import { nftlbHookOptions } from '../../../src/hook/nftlb/options.ts';
import { aFarm } from '../a-change.ts';

describe('options', () => {
  const valid = { url: 'http://127.0.0.1:5555', key: { env: 'NFTLB_KEY' } };

  it.for([
    [{ ...valid, url: '127.0.0.1:5555' }, 'must be where its API listens'],
    [{ ...valid, url: 'http://127.0.0.1:5555/farms' }, 'must be where its API listens'],
    [{ ...valid, url: 'http://key@127.0.0.1:5555' }, 'must be where its API listens'],
    [{ ...valid, key: 'HoLa' }, 'never the secret itself'],
    [{ url: valid.url }, 'key'],
    [{ ...valid, farm: 'my farm/1' }, 'must be letters, digits'],
  ] as const)('are refused: %j', ([options, message]) => {
    const { issues = [] } = v.safeParse(nftlbHookOptions, options);
    expect(issues.map((issue) => `${v.getDotPath(issue)} ${issue.message}`).join()).toContain(message);
  });

  it.for([
    [{}, undefined],
    [{ names: { b1: 'bck0' } }, undefined],
    [{ names: { b9: 'bck0' } }, 'names.b9: farm ftp has no such backend'],
    [{ names: { b1: 'bck/0' } }, 'names: nftlb has no backend "bck/0": a name is letters, digits, ".", "_" and "-"'],
    [{ key: { file: '/no/such/key' } }, 'key: cannot read /no/such/key: ENOENT'],
  ] as const)('are looked at before the start: %j', async ([options, complaint]) => {
    expect(await nftlbHook.preflight(v.parse(nftlbHookOptions, { ...valid, ...options }), aFarm())).toBe(complaint);
  });
});
