import * as v from 'valibot';
import { defineChecker, options, result } from '../../src/checker/index.ts';

const { choice, duration, flag, integer, path, range, secret, text, texts } = options;

const pass = async () => result({ status: 'OK', code: 'ok', summary: 'fine' });

/** A checker with an option of every kind. */
export const ftp = defineChecker({
  name: 'ftp',
  defaultPort: 21,
  options: v.strictObject({
    user: text({ help: 'Name to log in with.' }),
    password: secret({ help: 'Password to log in with.' }),
    data: choice(['passive', 'active'], { help: 'How to open a data connection.' }),
    file: text({ help: 'File to fetch.' }),
    content: text({ help: 'What it must contain.' }),
    tlsCa: path({ help: 'Certificates to trust.' }),
    list: flag({ help: 'List the directory.' }),
    transfers: integer({ help: 'How many.' }, 1),
    idle: duration({ help: 'How long to idle.' }),
    warning: range({ help: 'When to warn.' }),
    pasvAddress: texts({ help: 'What the server must advertise.' }),
  }),
  check: pass,
});

/** A checker with options that belong together. */
export const ssh = defineChecker({
  name: 'ssh',
  defaultPort: 22,
  options: v.pipe(
    v.strictObject({ user: text({ help: 'Name to log in with.' }), key: path({ help: 'Key to log in with.' }) }),
    v.check(({ user, key }) => (user === undefined) === (key === undefined), 'user and key go together'),
  ) as never,
  check: pass,
});

/** A checker without options. */
export const tftp = defineChecker({ name: 'tftp', defaultPort: 69, options: v.strictObject({}), check: pass });

/** A hook with a required list. */
export const exec = {
  name: 'exec',
  options: v.strictObject({
    command: v.pipe(v.array(v.string()), v.minLength(1, 'must name a program')),
    timeout: duration({ help: 'Time for one delivery.' }),
  }),
};

/** A hook with nested options. */
export const http = {
  name: 'http',
  options: v.strictObject({
    url: v.string(),
    key: secret({ help: 'What lets us in.' }),
    names: v.optional(v.record(v.string(), v.string())),
    retry: v.optional(v.strictObject({ first: v.optional(v.number()), most: v.optional(v.number()) })),
  }),
};

/** All of them. */
export const registry = { checkers: [ftp, ssh, tftp], hooks: [exec, http] };
