import * as v from 'valibot';
import { duration, durationOrOff } from '../checker/options.ts';

/** Options of every hook; spread them into its schema. */
export const commonOptions = {
  resync: durationOrOff({
    help: 'How often the balancer is read back, or told again where it cannot be read; off for never. Default that of the farm, 15s.',
  }),
};

/** The `timeout` of a hook: how long one `what` may take. */
export const timeoutOption = (what: string, fallback: string) =>
  duration(
    { help: `How long ${what} may take before it is ended and tried again. Default ${fallback}.` },
    { positive: true },
  );

/** The `names` of a hook whose balancer has names of its own for the backends; see `balancerNames`. */
export const namesOption = v.optional(
  v.pipe(
    v.record(
      v.string(),
      v.pipe(v.string(), v.nonEmpty('must not be empty')),
      'must be a map of backends to their names in the balancer, such as { b1: bck0 }',
    ),
    v.description('Names of the backends in the balancer, by id, such as { b1: bck0 }. Default their ids.'),
  ),
);
