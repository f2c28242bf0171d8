import * as v from 'valibot';
import { choice, path, rules, secret, text } from '../../checker/options.ts';
import { commonOptions, namesOption, timeoutOption } from '../common-options.ts';
import { encodingFor } from './encode.ts';
import { bodyMistake, contentTypeOf, headerMistake, urlMistake } from './mistakes.ts';
import { parseStatusSpan } from './status-list.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const method = choice(methods, { help: 'Method of the request. Default POST.' });

const url = v.pipe(
  v.string(),
  v.rawCheck(({ dataset, addIssue }) => {
    const message = dataset.typed ? urlMistake(dataset.value) : undefined;
    if (message !== undefined) addIssue({ message });
  }),
  v.description(
    'Where it goes, http:// or https://. Fields are filled in in the path and the query; {host} in the host.',
  ),
);

const body = v.pipe(
  v.unknown(),
  v.description(
    'A map or list is sent as JSON; a text as it is. Fields are filled in, encoded as the Content-Type asks.',
  ),
);

const statusMessage = 'must be a status such as 204, a span such as 200-299, or a list of them';

const status = v.pipe(
  v.union([v.number(), v.string(), v.array(v.union([v.number(), v.string()]))], statusMessage),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const spans = [dataset.value].flat().map(parseStatusSpan);
    if (spans.length > 0 && spans.every((span) => span !== undefined)) return spans;
    addIssue({ message: statusMessage });
    return NEVER;
  }),
  v.description('Statuses that mean it is done. Default 200-299.'),
);

const part = v.strictObject({ method, url: v.optional(url), body: v.optional(body) });

const entries = {
  method,
  url,
  headers: v.optional(
    v.pipe(v.record(v.string(), v.string()), v.description('More headers. Fields and {secret} are filled in.')),
  ),
  body: v.optional(body),
  states: v.optional(
    v.pipe(
      v.strictObject({ up: v.optional(part), drain: v.optional(part), down: v.optional(part) }),
      v.description('What is different for one state: its method, url or body.'),
    ),
  ),
  names: namesOption,
  secret: secret({ help: 'Filled in for {secret} in headers and body; the password of `user`.' }),
  user: text({ help: 'Name for basic authentication.', metavar: 'NAME' }),
  status: v.optional(status),
  content: text({ help: 'Text that the answer must contain.', metavar: 'TEXT' }),
  contentRegex: text({ help: 'Regular expression that the answer must match (RE2).', metavar: 'RE' }),
  timeout: timeoutOption('a request, in total,', '10s'),
  tlsCa: path({ help: 'Certificates to trust, in PEM; nobody else is trusted then.' }),
  tlsName: text({ help: "Name the server's certificate must be for. Default the host of the URL." }),
  ...commonOptions,
};

const schema = v.strictObject(entries);

type Given = v.InferOutput<typeof schema>;

/** What is wrong with options that are right each for itself. */
function* broken({
  headers = {},
  body,
  states = {},
  secret,
  user,
  tlsCa,
  tlsName,
  url,
}: Given): Iterable<readonly [keyof Given & string, string]> {
  for (const [name, value] of Object.entries(headers)) {
    const mistake = headerMistake(name, value);
    if (mistake !== undefined) yield ['headers', mistake];
  }
  const bodies = [body, ...Object.values(states).map((state) => state?.body)].filter((b) => b !== undefined);
  for (const one of bodies) {
    const type = contentTypeOf(headers, one);
    const mistake = encodingFor(type) ? bodyMistake(one, type) : `cannot fill fields into a ${type}`;
    if (mistake !== undefined) yield [one === body ? 'body' : 'states', mistake];
  }
  const templates = JSON.stringify([headers, bodies]);
  if (user !== undefined && !secret) yield ['user', 'needs a secret: the password'];
  if (user?.includes(':')) yield ['user', 'must not contain a colon'];
  if (user !== undefined && Object.keys(headers).some((name) => /^authorization$/i.test(name)))
    yield ['user', 'makes a header Authorization, and there is one already'];
  if (templates.includes('{secret}') && !secret) yield ['secret', 'is missing: {secret} is asked for'];
  if (secret && user === undefined && !templates.includes('{secret}'))
    yield ['secret', 'is not used: write {secret} in a header, or give a user'];
  if (url.startsWith('http:') && (tlsCa !== undefined || tlsName !== undefined))
    yield [tlsCa !== undefined ? 'tlsCa' : 'tlsName', 'needs an https:// URL'];
}

/** Options of the `http` hook. */
export const httpHookOptions = v.pipe(schema, rules(broken));

/** Options of the `http` hook, parsed. */
export type HttpHookOptions = v.InferOutput<typeof httpHookOptions>;
