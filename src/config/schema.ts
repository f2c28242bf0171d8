import * as v from 'valibot';
import { options } from '../checker/index.ts';
import { addressMessage } from './address.ts';
import { judgementEntries } from './judgement-schema.ts';
import {
  addressText,
  canary,
  canaryMessage,
  count,
  duration,
  host,
  idMessage,
  idPattern,
  listenMessage,
  listenText,
  path,
  port,
} from './schema-parts.ts';

/** What a farm may set, and `defaults` for all of them. */
const rhythmEntries = {
  interval: duration('Time between two checks of a backend while its health is steady. Default 5s.'),
  timeout: duration('Time that one whole check may take. Default 3s.'),
  rise: count('Passes in a row that bring a backend up. Default 2.'),
  fall: count('Failures in a row that take a backend down. Default 3.'),
  fastInterval: duration('Time between two checks while falling or rising. Default 1s, or a shorter interval.'),
  downInterval: duration('Time between two checks while down. Default the interval.'),
  resync: options.durationOrOff({
    help: 'How often hooks read their balancer back, or tell it again where it cannot be read; off for never. Default 15s.',
  }),
};

const percentPattern = /^(?:100|\d{1,2}(?:\.\d{1,3})?)%$/;
const minUpMessage = 'must be a number of backends or a share such as 50%';

/** A farm's brake. */
export const guardSchema = v.strictObject({
  minUp: v.optional(
    v.pipe(
      v.union(
        [
          v.pipe(v.number(), v.safeInteger(minUpMessage), v.minValue(0, minUpMessage)),
          v.pipe(v.string(), v.regex(percentPattern, minUpMessage)),
        ],
        minUpMessage,
      ),
      v.description('Backends that stay in, whatever their health: a number, or a share such as 50%. Default 0.'),
    ),
  ),
  whenAllFail: v.optional(
    v.pipe(
      v.picklist(['down', 'hold']),
      v.description(
        'What happens when all backends fail: down takes all of them out, hold keeps minUp of them in, at least one. Default hold when minUp is above 0, else down.',
      ),
    ),
  ),
});

/** One server of a farm. */
export const backendSchema = v.union(
  [
    addressText,
    v.strictObject({
      host,
      port: v.optional(port()),
      family: v.optional(
        v.pipe(v.picklist([4, 6], 'must be 4 or 6'), v.description('Address family to use. Default either.')),
      ),
    }),
  ],
  addressMessage,
);

/** A check or a hook, before its type is known. */
const typed = (message: string) => v.record(v.string(), v.unknown(), message);

/** What a farm's backends must be. */
export const backendsMessage = 'must be a map of ids to addresses such as { b1: 10.2.0.11 }';

/** One farm. Checks, hooks and backends are only looked at from outside here. */
export const farmSchema = v.strictObject({
  vip: v.optional(
    v.pipe(
      v.union([addressText, v.strictObject({ host, port: v.optional(port()) })], addressMessage),
      v.description('The virtual address that the balancer serves; hooks are told, nothing is sent there.'),
    ),
  ),
  port: v.optional(v.pipe(port(), v.description('Port of backends that name none. Default that of the checker.'))),
  check: v.optional(
    v.pipe(typed('must be a map such as { type: ftp }'), v.description('How each backend is checked.')),
  ),
  command: v.optional(
    v.pipe(
      v.union(
        [v.string(), v.array(v.union([v.string(), v.number()]))],
        'must be a command such as "check_tcp -H HOST -p PORT", or a list',
      ),
      v.description('Short for check: { type: exec, command }: any Nagios plugin.'),
    ),
  ),
  guard: v.optional(v.pipe(guardSchema, v.description('How many backends may be taken out.'))),
  backends: v.pipe(
    v.record(v.pipe(v.string(), v.regex(idPattern, idMessage)), backendSchema, backendsMessage),
    v.minEntries(1, 'must have at least one backend'),
    v.description('The servers, by id.'),
  ),
  hooks: v.optional(
    v.pipe(
      v.array(typed('must be a map such as { type: exec, command: [/usr/local/bin/on-change] }'), 'must be a list'),
      v.description('What brings the load balancer to the desired state.'),
    ),
  ),
  ...rhythmEntries,
  ...judgementEntries,
});

const folder = v.pipe(v.string(), v.nonEmpty('must not be empty'));

/** The whole file; its farms only from outside. */
export const rootSchema = v.strictObject({
  $schema: v.optional(v.pipe(v.string(), v.description('For editors; not read.'))),
  stateDir: path('Folder of the snapshot and the journal. Default /var/lib/farm-guardian.'),
  socket: path('Unix socket of the admin commands. Default /run/farm-guardian.sock.'),
  listen: v.optional(
    v.pipe(
      v.union([listenText, v.strictObject({ host, port: port(0) })], listenMessage),
      v.description('Where dashboard, API and metrics are served; off for nowhere. Default 127.0.0.1:9720.'),
    ),
  ),
  pluginPath: v.optional(
    v.pipe(
      v.union([folder, v.array(folder)], 'must be a folder, or a list of folders'),
      v.description('Where the plugins of exec checks are looked for. Default the usual folders of Nagios.'),
    ),
  ),
  snapshotMaxAge: duration('A snapshot older than this is not believed at start. Default 1h.', '0s'),
  concurrency: count('Checks that may run at once. Default 1000.'),
  canaries: v.optional(
    v.pipe(
      v.array(canary, canaryMessage),
      v.description('Places that are asked before most checks failing at once is believed, such as tcp://10.1.0.1:22.'),
    ),
  ),
  perHost: count('Checks of one host that may run at once. Default 100.'),
  defaults: v.optional(
    v.pipe(
      v.strictObject({ ...rhythmEntries, ...judgementEntries }),
      v.description('For farms that do not say otherwise.'),
    ),
  ),
  farms: v.pipe(
    v.record(v.pipe(v.string(), v.regex(idPattern, idMessage)), v.unknown(), 'must be a map of ids to farms'),
    v.minEntries(1, 'must have at least one farm'),
    v.description('The farms, by id.'),
  ),
});

/** What `defaults` and each farm may set. */
export type RhythmSettings = Valid<typeof rhythmEntries & typeof judgementEntries>;

/** What a farm set, as far as it is valid. */
export type FarmSettings = Valid<typeof farmSchema.entries>;

/** What the valid ones of some entries gave. */
export type Valid<Entries extends v.ObjectEntries> = {
  readonly [Key in keyof Entries]?: v.InferOutput<Entries[Key]> | undefined;
};
