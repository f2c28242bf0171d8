import * as v from 'valibot';
import { type CommandFace, defineChecker, options, result } from '../../src/checker/index.ts';

const { choice, duration, flag, integer, range, secret, text, texts } = options;

const schema = v.pipe(
  v.strictObject({
    expect: texts({ short: 'e', metavar: 'TEXT', help: 'an expected text' }),
    jail: flag({ short: 'j', help: 'hide it' }),
    mismatch: choice(['ok', 'warn', 'crit'], { short: 'M', help: 'state for a mismatch' }),
    maxbytes: integer({ short: 'm', metavar: 'N', help: 'most bytes' }, 1, 'must be a positive integer'),
    maxBytes: integer({ metavar: 'N', help: 'largest file' }, 1),
    warning: range({ short: 'w', metavar: 'RANGE', help: 'when to warn' }),
    user: text({ help: 'who' }),
    password: secret({ help: 'its password' }),
    idle: duration({ help: 'how long' }),
    mode: choice(['octet', 'netascii'], { help: 'how' }),
  }),
  v.forward(
    v.check(({ password, user }) => password === undefined || user !== undefined, 'needs user'),
    ['password'],
  ),
);

type EchoOptions = v.InferOutput<typeof schema>;

const face: CommandFace<EchoOptions> = {
  service: 'ECHO',
  separator: '|',
  usage: 'check_echo -H host',
  about: 'Says what it was told.',
  operands: ['host', 'port'],
};

/** A checker that answers with what it was given, as JSON; `face` changes how its command looks. */
export const echoChecker = (changes: Partial<CommandFace<EchoOptions>> = {}) =>
  defineChecker<EchoOptions>({
    name: 'echo',
    defaultPort: 7,
    options: schema,
    command: { ...face, ...changes },
    check: async (target, given, { timeoutMs, verbose }) => {
      verbose?.('details\n');
      const { label, ...place } = target;
      const told = { ...place, ...(label !== undefined && { label }), ...given, timeoutMs };
      return result({ status: 'OK', code: 'ok', summary: JSON.stringify(told) });
    },
  });
