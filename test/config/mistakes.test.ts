import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../../src/config/index.ts';
import { registry } from './registry.ts';

const folder = join(import.meta.dirname, 'mistakes');

/** The exact messages of each file in mistakes/, without the file's name. */
const mistakes: Readonly<Record<string, readonly string[]>> = {
  'alias-bomb.yaml': ['4:36: d[7]: aliases stand for more than 10000 values'],
  'alias-in-itself.yaml': ['3:38: farms.ftp.check.user: alias *check contains itself'],
  'backends-is-a-list.yaml': [
    '4:15: farms.ftp.backends: must be a map of ids to addresses such as { b1: 10.2.0.11 }, not a list',
  ],
  'bad-addresses.yaml': [
    '3:10: farms.ftp.vip: must be HOST, HOST:PORT, [IPV6]:PORT or { host, port }, not "ftp://10.1.0.100"',
    '6:16: farms.ftp.backends.letters: must be HOST, HOST:PORT, [IPV6]:PORT or { host, port }, not "10.2.0.11:ftp"',
    '7:13: farms.ftp.backends.high: port must be a whole number from 1 to 65535, not 99999',
    '8:13: farms.ftp.backends.zero: port must be a whole number from 1 to 65535, not 0',
    '9:14: farms.ftp.backends.octet: "10.2.0.256" is not an IPv4 address',
    '10:16: farms.ftp.backends.bracket: "[2001:db8::1" is not an IPv6 address',
    '11:15: farms.ftp.backends.inside: "10.2.0.1" is not an IPv6 address',
    '12:12: farms.ftp.backends.hex: "2001:db8::1::2" is not an IPv6 address',
    '13:13: farms.ftp.backends.name: must be HOST, HOST:PORT, [IPV6]:PORT or { host, port }, not "bad host"',
    '14:15: farms.ftp.backends.number: must be HOST, HOST:PORT, [IPV6]:PORT or { host, port }, not 10.2',
    '15:7: farms.ftp.backends.empty: must be HOST, HOST:PORT, [IPV6]:PORT or { host, port }, not empty',
    '16:13: farms.ftp.backends.list: must be HOST, HOST:PORT, [IPV6]:PORT or { host, port }, not a list',
    '17:38: farms.ftp.backends.port.port: must be a whole number from 1 to 65535, not "21"',
    '18:7: farms.ftp.backends.host.host: is required',
    '19:21: farms.ftp.backends.both.host: must be a host name or an IP address, not "10.2.0.11:21"',
    '20:47: farms.ftp.backends.family.family: must be 4 or 6, not 5',
  ],
  'bad-backend-id.yaml': [
    '5:7: farms.ftp.backends["b/1"]: must be 1 to 63 letters, digits, ".", "_" or "-", beginning with a letter or digit',
    '6:7: farms.ftp.backends.-b2: must be 1 to 63 letters, digits, ".", "_" or "-", beginning with a letter or digit',
    '7:7: farms.ftp.backends.constructor: cannot be used as a name',
  ],
  'bad-counts.yaml': [
    '1:19: defaults.rise: must be a whole number from 1 on, not 0',
    '1:28: defaults.fall: must be a whole number from 1 on, not "3"',
    '6:11: farms.ftp.rise: must be a whole number from 1 on, not 1.5',
    '7:11: farms.ftp.fall: must be a whole number from 1 on, not "many"',
    '8:11: farms.ftp.port: must be a whole number from 1 to 65535, not 70000',
  ],
  'bad-durations.yaml': [
    '1:17: snapshotMaxAge: must be a duration such as 250ms, 5s, 2m or 1h, not "an hour"',
    '2:23: defaults.interval: must be a duration such as 250ms, 5s, 2m or 1h, not 5',
    '2:35: defaults.timeout: must be at least 10ms, not "0s"',
    '2:53: defaults.downInterval: must be at most 365d, not "400d"',
    '7:19: farms.ftp.fastInterval: must be a duration such as 250ms, 5s, 2m or 1h, not "1 s"',
    '8:14: farms.ftp.timeout: must be a duration such as 250ms, 5s, 2m or 1h, not a list',
  ],
  'bad-farm-id.yaml': [
    '2:3: farms["ftp servers"]: must be 1 to 63 letters, digits, ".", "_" or "-", beginning with a letter or digit',
  ],
  'bad-guard.yaml': [
    '3:21: farms.a.guard.minUp: must be a number of backends or a share such as 50%, not "101%"',
    '3:40: farms.a.guard.whenAllFail: must be one of down, hold, not "hodl"; did you mean "hold"?',
    '7:21: farms.b.guard.minUp: must be a number of backends or a share such as 50%, not -1',
    '7:38: farms.b.guard.whenAllFail: must be one of down, hold, not "drop"',
    '11:21: farms.c.guard.minUp: is 2, but the farm has 1 backend',
    '15:12: farms.d.guard: must be a map, not "hold"',
  ],
  'bad-hooks.yaml': [
    '3:12: farms.a.hooks: must be a list, not "exec"',
    '8:9: farms.b.hooks[0]: must be a map such as { type: exec, command: [/usr/local/bin/on-change] }, not "exec"',
    '9:9: farms.b.hooks[1].type: is required (known: exec, http)',
    '10:9: farms.b.hooks[2].command: is required',
    '11:32: farms.b.hooks[3].command: must be a list, not "/bin/true"',
    '12:32: farms.b.hooks[4].command: must name a program',
    '13:45: farms.b.hooks[5].command[1]: must be text, not 5: put it in quotes',
    '14:62: farms.b.hooks[6].names.b1: must be text, not a list',
  ],
  'bad-judgement.yaml': [
    '1:12: canaries[0]: must be a place such as tcp://10.1.0.1:22, not "10.1.0.1:22"',
    '1:25: canaries[1]: must be a place such as tcp://10.1.0.1:22, not "tcp://10.1.0.1"',
    '1:43: canaries[2]: port must be a whole number from 1 to 65535, not 0',
    '1:63: canaries[3]: must be a place such as tcp://10.1.0.1:22, not 22',
    '2:14: concurrency: must be a whole number from 1 on, not 0',
    '3:10: perHost: must be a whole number from 1 on, not "many"',
    '4:40: defaults.flapping.low: is 30, above high, which is 20',
    '7:26: farms.a.evidence.warning: must be pass, fail or neutral, not "bad"',
    '7:31: farms.a.evidence.ok: unknown key',
    '8:15: farms.a.flapping: must be { high, low } in percent, or off, not "on"',
    '9:19: farms.a.manualResume: must be true or false, not "sometimes"',
    '13:23: farms.b.flapping.high: must be a percentage from 1 to 100, not 120',
    '13:28: farms.b.flapping.lo: unknown key; did you mean "low"?',
    '17:32: farms.c.flapping.low: is 11, above high, which is 10',
  ],
  'bad-listen.yaml': ['1:9: listen: must be HOST:PORT, { host, port } or off, not 9720'],
  'bad-options.yaml': [
    '6:13: farms.ftp.check.user: must be text, not 123: put it in quotes',
    '7:13: farms.ftp.check.data: must be one of passive, active, not "pasive"; did you mean "passive"?',
    '8:13: farms.ftp.check.file: must be text, not a list',
    '9:14: farms.ftp.check.tlsCa: must not be empty',
    '10:13: farms.ftp.check.list: must be true or false, not "yes"',
    '11:18: farms.ftp.check.transfers: must be a whole number from 1 on, not 0',
    '12:13: farms.ftp.check.idle: must be a duration such as 250ms, 5s, 2m or 1h, not 250',
    '13:16: farms.ftp.check.warning: "5:1" is not a range: the start is greater than the end',
    '14:20: farms.ftp.check.pasvAddress: must be a list, not 10.1',
    '15:7: farms.ftp.check.content: must be text, not empty',
  ],
  'bad-paths.yaml': [
    '1:1: stateDir: must be text, not empty',
    "2:9: socket: is a path of 130 bytes; a unix socket's has at most 107",
  ],
  'bad-secrets.yaml': [
    '3:37: farms.a.check.password.fiel: unknown key; did you mean "file"?',
    '6:35: farms.b.check.password: must be { file: PATH }, { env: VARIABLE } or { credential: NAME }, never the secret itself',
    '9:35: farms.c.check.password: must be { file: PATH }, { env: VARIABLE } or { credential: NAME }, never the secret itself',
    '12:35: farms.d.check.password: must be { file: PATH }, { env: VARIABLE } or { credential: NAME }, never the secret itself',
    '14:58: farms.d.hooks[0].key: must be { file: PATH }, { env: VARIABLE } or { credential: NAME }, never the secret itself',
    '16:35: farms.e.check.password: must be { file: PATH }, { env: VARIABLE } or { credential: NAME }, never the secret itself',
    '19:35: farms.f.check.password: must be { file: PATH }, { env: VARIABLE } or { credential: NAME }, never the secret itself',
  ],
  'bare-word.json': ['1:61: not valid JSON: expected a value, found a bare word'],
  'check-is-a-word.yaml': ['3:12: farms.ftp.check: must be a map such as { type: ftp }, not "ftp"'],
  'colon-in-value.yaml': [
    '4:10: not valid YAML: a second ": " in one line, or a line indented too far; quote a value that holds ": "',
  ],
  'comment.json': ['2:3: not valid JSON: expected a key in double quotes or "}", found "/"'],
  'comments-only.yaml': ['1:1: the file is empty'],
  'duplicate-key.json': [
    '1:101: farms.ftp.backends.b1: duplicate key; the first is on line 1',
    '1:126: listen: duplicate key; the first is on line 1',
  ],
  'duplicate-keys.yaml': [
    '2:1: listen: duplicate key; the first is on line 1',
    '5:34: farms.ftp.check.user: duplicate key; the first is on line 5',
    '8:7: farms.ftp.backends.b1: duplicate key; the first is on line 7',
    '9:3: farms.ftp: duplicate key; the first is on line 4',
  ],
  'farm-is-empty.yaml': ['2:3: farms.ftp: must be a map, not empty'],
  'farms-is-a-list.yaml': ['2:3: farms: must be a map of ids to farms, not a list'],
  'key-is-a-list.yaml': ['1:1: farms: is required', '1:3: a key must be a plain word'],
  'key-without-colon.yaml': ['4:5: not valid YAML: a key without ":", or a line indented too far'],
  'command-beside-check.yaml': ['3:14: farms.ftp.command: is of no use beside check'],
  'list.json': ['1:1: must be a map, not a list'],
  'listen-without-port.yaml': ['1:9: listen: must be HOST:PORT, { host, port } or off, not "127.0.0.1"'],
  'misaligned.yaml': ['4:1: not valid YAML: all mapping items must start at the same column'],
  'missing-backends.yaml': ['2:3: farms.ftp.backends: is required'],
  'missing-check-type.yaml': ['3:5: farms.ftp.check.type: is required (known: ftp, ssh, tftp)'],
  'missing-check.yaml': ['2:3: farms.ftp.check: is required'],
  'missing-farms.yaml': ['1:1: farms: is required'],
  'misspelt-type.yaml': ['3:14: farms.ftp.check.typ: unknown key; did you mean "type"?'],
  'no-backends.yaml': ['4:15: farms.ftp.backends: must have at least one backend'],
  'no-farms.yaml': ['1:8: farms: must have at least one farm'],
  'not-a-map.yaml': ['1:1: must be a map, not "just some words"'],
  'options-that-belong-together.yaml': ['3:12: farms.ftp.check: user and key go together'],
  'plain-password.yaml': [
    '3:48: farms.ftp.check.password: must be { file: PATH }, { env: VARIABLE } or { credential: NAME }, never the secret itself',
  ],
  'prototype-keys.yaml': [
    '1:1: toString: unknown key',
    '2:1: __proto__: unknown key',
    '7:5: farms.ftp.constructor: unknown key',
  ],
  'same-address-twice.yaml': [
    '8:11: farms.ftp.backends.b3: has the same host and port as b2',
    '9:11: farms.ftp.backends.b4: has the same host and port as b1',
  ],
  'secret-after-quote.yaml': ['4:14: not valid YAML: unexpected scalar at node end'],
  'single-quotes.json': ['1:3: not valid JSON: expected a key in double quotes or "}", found "\'"'],
  'tab.yaml': ['2:1: not valid YAML: indent with blanks, not with tabs'],
  'tag.yaml': ['1:11: not valid YAML: tags such as !env are not used here'],
  'too-deep.yaml': ['1:71: nested more than 64 levels deep'],
  'trailing-comma.json': ['4:3: not valid JSON: expected a key in double quotes, found "}"'],
  'two-documents.yaml': ['5:1: not valid YAML: more than one document; remove the line ---'],
  'unclosed-brace.yaml': [
    '4:5: not valid YAML: a map is opened with "{" but not closed, or a line in it is not indented',
  ],
  'unclosed-bracket.yaml': [
    '4:1: not valid YAML: a list is opened with "[" but not closed, or a line in it is not indented',
  ],
  'unclosed-quote.yaml': ['3:1: not valid YAML: a quote is not closed'],
  'undefined-alias.yaml': ['3:12: farms.ftp.check: alias *ftp is not defined above'],
  'unfinished.json': ['4:1: not valid JSON: expected a key in double quotes or "}", but the file ends'],
  'unknown-check-type.yaml': [
    '3:20: farms.ftp.check.type: must be a type of check (known: ftp, ssh, tftp), not "ftpp"; did you mean "ftp"?',
  ],
  'unknown-hook-type.yaml': ['6:15: farms.ftp.hooks[0].type: must be a type of hook (known: exec, http), not "nftlb"'],
  'unknown-key-deep-in-hook.yaml': ['8:18: farms.ftp.hooks[0].retry.frist: unknown key; did you mean "first"?'],
  'unknown-key-in-backend.yaml': ['5:13: farms.ftp.backends.b1.hots: unknown key; did you mean "host"?'],
  'unknown-key-in-check.yaml': ['5:7: farms.ftp.check.fiel: unknown key; did you mean "file"?'],
  'unknown-key-in-defaults.yaml': ['1:13: defaults.fast_interval: unknown key; did you mean "fastInterval"?'],
  'unknown-key-in-farm.yaml': ['5:5: farms.ftp.fal: unknown key; did you mean "fall"?'],
  'unknown-key-in-guard.yaml': ['5:24: farms.ftp.guard.whenAllFails: unknown key; did you mean "whenAllFail"?'],
  'unknown-key-in-hook.yaml': ['6:45: farms.ftp.hooks[0].timeuot: unknown key; did you mean "timeout"?'],
  'unknown-key.json': ['5:4: farms.ftp.chekc: unknown key; did you mean "check"?'],
  'unknown-key.yaml': ['1:1: statedir: unknown key; did you mean "stateDir"?'],
  'unknown-keys-all-at-once.yaml': [
    '1:1: lisen: unknown key; did you mean "listen"?',
    '2:1: state: unknown key',
    '7:5: farms.ftp.intervall: unknown key; did you mean "interval"?',
    '8:5: farms.ftp.zzz: unknown key',
  ],
};

const messagesOf = (text: string, file: string): readonly string[] => {
  try {
    parseConfig(text, file, registry);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
};

describe('a mistake in a config', () => {
  it.each(Object.entries(mistakes))('is told in full and in order: %s', async (file, messages) => {
    const text = await readFile(join(folder, file), 'utf8');
    expect(messagesOf(text, file)).toEqual(messages.map((message) => `${file}:${message}`));
  });

  it('has its line in this table, for every fixture', async () => {
    expect((await readdir(folder)).sort()).toEqual(Object.keys(mistakes).sort());
  });

  it('never shows what stands in the place of a secret', async () => {
    for (const file of await readdir(folder)) {
      const text = await readFile(join(folder, file), 'utf8');
      expect(messagesOf(text, file).join('\n')).not.toMatch(/hunter2|8442/);
    }
  });
});
