import * as v from 'valibot';
import { choice, text } from '../../checker/options.ts';
import { commonOptions, namesOption, timeoutOption } from '../common-options.ts';
import { parseEndpoint, parseService } from './service.ts';

const weightMessage = 'must be a weight: a whole number from 1 on';

/** Options of the `ipvs` hook. */
export const ipvsHookOptions = v.strictObject({
  service: text(
    {
      help: 'Virtual service: "tcp ADDRESS:PORT", "udp ADDRESS:PORT", "sctp ADDRESS:PORT", "mark N" or "mark N ipv6". Default tcp and the vip of the farm.',
    },
    (value) =>
      parseService(value)
        ? undefined
        : 'must be such as tcp 10.1.0.100:21, udp [2001:db8::10]:69, mark 21 or mark 21 ipv6',
  ),
  onDown: choice(['weight-zero', 'remove'], {
    help: 'What happens to a backend that is down. A drained one gets weight 0 in any case. Default weight-zero.',
  }),
  weights: v.optional(
    v.pipe(
      v.record(
        v.string(),
        v.pipe(
          v.number(weightMessage),
          v.safeInteger(weightMessage),
          v.minValue(1, weightMessage),
          v.maxValue(2 ** 31 - 1, weightMessage),
        ),
        'must be a map of backends to weights, such as { b1: 3 }',
      ),
      v.description('Weights of backends that are up, by id. Default the weight that each had in IPVS.'),
    ),
  ),
  names: v.pipe(
    namesOption,
    v.check(
      (names) => Object.values(names ?? {}).every((name) => parseEndpoint(name) !== undefined),
      'must be addresses with ports, such as { b1: "10.2.0.11:21" }',
    ),
  ),
  program: text({ help: 'The program ipvsadm: its path, or its name. Default ipvsadm.' }, (value) =>
    /^(\/.*|[^/]+)$/.test(value) ? undefined : 'must be an absolute path, or the name of a program',
  ),
  timeout: timeoutOption('a run of ipvsadm', '5s'),
  ...commonOptions,
});

/** Options of the `ipvs` hook, parsed. */
export type IpvsHookOptions = v.InferOutput<typeof ipvsHookOptions>;
