import * as v from 'valibot';
import { parseDuration } from '../clock/duration.ts';
import { addressMessage, hostMistake, parseAddress, portMessage } from './address.ts';

/** Ids of farms and backends: they become metric labels, words of commands and parts of paths. */
export const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** What an id must be. */
export const idMessage = 'must be 1 to 63 letters, digits, ".", "_" or "-", beginning with a letter or digit';

/** The largest duration, in milliseconds: a year. */
const longestMs = 365 * 86_400_000;

const durationMessage = 'must be a duration such as 250ms, 5s, 2m or 1h';

/** A duration as text, in milliseconds once parsed; between `least` and a year. */
export const duration = (help: string, least: '0s' | '10ms' = '10ms') =>
  v.optional(
    v.pipe(
      v.string(durationMessage),
      v.rawTransform(({ dataset, addIssue, NEVER }) => {
        const ms = parseDuration(dataset.value);
        if (ms === undefined) addIssue({ message: durationMessage });
        else if (ms < (parseDuration(least) ?? 0)) addIssue({ message: `must be at least ${least}` });
        else if (ms > longestMs) addIssue({ message: 'must be at most 365d' });
        else return ms;
        return NEVER;
      }),
      v.description(help),
      v.metadata({ kind: 'duration' }),
    ),
  );

/** How many results in a row, from 1 on. */
export const count = (help: string) => {
  const message = 'must be a whole number from 1 on';
  return v.optional(v.pipe(v.number(message), v.safeInteger(message), v.minValue(1, message), v.description(help)));
};

/** A port; `least` is 0 where that means any free one. */
export const port = (least: 0 | 1 = 1) => {
  const message = portMessage(least);
  return v.pipe(
    v.number(message),
    v.safeInteger(message),
    v.minValue(least, message),
    v.maxValue(65_535, message),
    v.description('A TCP or UDP port.'),
  );
};

/** A host name or an IP address. */
export const host = v.pipe(
  v.string(),
  v.rawCheck(({ dataset, addIssue }) => {
    const mistake = dataset.typed && hostMistake(dataset.value);
    if (mistake) addIssue({ message: mistake === addressMessage ? 'must be a host name or an IP address' : mistake });
  }),
  v.description('Host name or IP address.'),
);

/** The text form of an address. */
export const addressText = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const address = parseAddress(dataset.value);
    if (typeof address !== 'string') return address;
    addIssue({ message: address });
    return NEVER;
  }),
  v.description('HOST, HOST:PORT or [IPV6]:PORT.'),
);

/** What `canaries` must be. */
export const canaryMessage = 'must be a list of places such as tcp://10.1.0.1:22';

/** The text form of a canary. */
export const canary = v.pipe(
  v.string('must be a place such as tcp://10.1.0.1:22'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const [, place] = /^tcp:\/\/(.*)$/s.exec(dataset.value) ?? [];
    const address = place === undefined ? addressMessage : parseAddress(place);
    if (typeof address !== 'string' && address.port !== undefined) return { host: address.host, port: address.port };
    const isOther = typeof address !== 'string' || address === addressMessage;
    addIssue({ message: isOther ? 'must be a place such as tcp://10.1.0.1:22' : address });
    return NEVER;
  }),
  v.description('tcp://HOST:PORT.'),
);

/** A path; a relative one is relative to the config's folder. */
export const path = (help: string) =>
  v.optional(v.pipe(v.string(), v.nonEmpty('must not be empty'), v.description(help)));

/** What `listen` must be. */
export const listenMessage = 'must be HOST:PORT, { host, port } or off';

/** The text form of `listen`; `undefined` for `off`. */
export const listenText = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    if (dataset.value === 'off') return undefined;
    const address = parseAddress(dataset.value, 0);
    if (typeof address === 'string') addIssue({ message: address === addressMessage ? listenMessage : address });
    else if (address.port === undefined) addIssue({ message: listenMessage });
    else return { host: address.host, port: address.port };
    return NEVER;
  }),
  v.description('HOST:PORT, or off.'),
);
