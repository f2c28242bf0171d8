import * as v from 'valibot';
import { flag, secretSource } from '../../checker/options.ts';
import { commonOptions, namesOption, timeoutOption } from '../common-options.ts';

const urlMessage = 'must be where its API listens, such as http://127.0.0.1:5555';

/** The names that nftlb can have in the path of a request: it decodes none. */
export const plainName = /^[A-Za-z0-9._-]+$/;

const isOrigin = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
};

/** Options of the `nftlb` hook. */
export const nftlbHookOptions = v.strictObject({
  url: v.pipe(v.string(), v.check(isOrigin, urlMessage), v.description('Where its API is, http://HOST:PORT.')),
  key: v.pipe(
    secretSource,
    v.description('The key of its API (`nftlb -k`, or NFTLB_SERVER_KEY).'),
    v.metadata({ kind: 'secret', list: false }),
  ),
  farm: v.optional(
    v.pipe(
      v.string(),
      v.regex(plainName, 'must be letters, digits, ".", "_" and "-"'),
      v.description('Name of the farm there. Default the id of the farm.'),
    ),
  ),
  names: namesOption,
  cutConnections: flag({
    help: 'Whether established connections to a backend that goes down are cut, with conntrack(8), on this machine. Default false.',
  }),
  timeout: timeoutOption('a request', '5s'),
  ...commonOptions,
});

/** Options of the `nftlb` hook, parsed. */
export type NftlbHookOptions = v.InferOutput<typeof nftlbHookOptions>;
