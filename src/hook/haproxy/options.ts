import * as v from 'valibot';
import { flag, integer, rules, text } from '../../checker/options.ts';
import { commonOptions, namesOption, timeoutOption } from '../common-options.ts';
import { parseHostPort } from '../host-port.ts';

/** What HAProxy allows in names, and what cannot end a command of its runtime API. */
export const haproxyName = /^[A-Za-z0-9_.:-]+$/;

const isSocket = (value: string): boolean => value.startsWith('/') || parseHostPort(value) !== undefined;

const entries = {
  socket: text(
    { help: 'Its runtime API (`stats socket … level admin`): an absolute path, or HOST:PORT.', metavar: 'PATH' },
    (value) => (isSocket(value) ? undefined : 'must be an absolute path, or HOST:PORT'),
  ),
  agentListen: text(
    { help: 'Where its agent checks are answered, HOST:PORT; farms may share one.', metavar: 'HOST:PORT' },
    (value) => (parseHostPort(value) ? undefined : 'must be HOST:PORT'),
  ),
  backend: text({ help: 'Name of the backend there. Default the id of the farm.', metavar: 'NAME' }, (value) =>
    haproxyName.test(value) ? undefined : 'must be a name as HAProxy has them: letters, digits, "-", "_", "." and ":"',
  ),
  names: namesOption,
  shutdownSessions: flag({
    help: 'Whether established sessions with a server that goes down are ended; with socket only. Default false.',
  }),
  warningWeight: integer(
    {
      help: 'What agent checks are told of the weight, in percent, while a check warns; 100 otherwise. With agentListen only.',
    },
    1,
  ),
  timeout: timeoutOption('a request', '5s'),
  ...commonOptions,
};

const schema = v.strictObject(entries);

/** What is wrong with options that are right each for itself. */
function* broken(given: v.InferOutput<typeof schema>): Iterable<readonly [keyof typeof given & string, string]> {
  const { socket, agentListen, shutdownSessions, warningWeight } = given;
  if (socket === undefined && agentListen === undefined) yield ['socket', 'or agentListen is required'];
  if (shutdownSessions !== undefined && socket === undefined) yield ['shutdownSessions', 'needs a socket'];
  if (warningWeight !== undefined && agentListen === undefined) yield ['warningWeight', 'needs agentListen'];
}

/** Options of the `haproxy` hook. */
export const haproxyHookOptions = v.pipe(schema, rules(broken));

/** Options of the `haproxy` hook, parsed. */
export type HaproxyHookOptions = v.InferOutput<typeof haproxyHookOptions>;
