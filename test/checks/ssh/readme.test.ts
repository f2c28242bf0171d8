import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ssh } from '../../../checks/ssh/index.ts';
import { reasonCodes } from '../../../src/checker/index.ts';
import { flagsOf } from '../../../src/plugin/flag.ts';
import { itInFolder } from '../../temporary-folder.ts';
import { runCommand } from '../run-command.ts';
import { password, startServer, userKey } from './deep-run.ts';

const readme = await readFile(join(import.meta.dirname, '../../../checks/ssh/README.md'), 'utf8');
const samples = [...readme.matchAll(/^ {4}\$ check_ssh (.*)\n {4}(.*)$/gm)].map(
  ([, words = '', line = '']) => [words, line] as const,
);

/** Splits as a shell does, as far as the samples need it. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

/** Without what differs from run to run. */
const normal = (text: string): string =>
  text
    .replaceAll(/SHA256:[A-Za-z0-9+/]{43}/g, 'SHA256:…')
    .replaceAll(/\d+\.\d{6}s|\bTs\b/g, 'Ts')
    .replaceAll(/ in \d+\.\d{3}s/g, ' in Ts')
    .replaceAll(/\b864\d\d s old/g, 'N s old')
    .replaceAll(/\d+ bytes stored/g, 'N bytes stored');

describe('the samples of the README', () => {
  itInFolder.for(samples)('check_ssh %s', async ([words, line], { folder }) => {
    await using server = await startServer({
      identification: 'OpenSSH_9.2p1 Debian-2+deb12u10',
      keys: { probe: userKey.public },
      files: { '/sentinel.txt': 'OK\n', '/incoming/orders.csv': '1;2\n' },
      commands: { 'systemctl is-active mysql': { output: 'active\n' } },
      writable: true,
    });
    if (line.includes('86400 s old')) await server.inject('stale-files');
    await writeFile(join(folder, 'ssh.password'), password);
    await writeFile(join(folder, 'probe.key'), userKey.private);
    await writeFile(join(folder, 'ssh_known_hosts'), `127.0.0.1 ${server.hostKey.publicKey}\n`);
    const argv = wordsOf(
      words
        .replace(/10\.2\.0\.11( 22)?/, `127.0.0.1${line.includes('3.000000') ? ` ${server.port}` : ''}`)
        .replaceAll(/\/etc\/(?:farm-guardian|ssh)\//g, `${folder}/`)
        .replace(/SHA256:\S+/, server.hostKey.fingerprint),
    );
    if (!argv.includes(`${server.port}`)) argv.unshift('-p', `${server.port}`);
    const { stdout, stderr } = await runCommand(ssh, ...argv);
    expect({ stdout: normal(stdout), stderr }).toEqual({ stdout: normal(`${line}\n`), stderr: '' });
  });
});

describe('the tables of the README', () => {
  const columns = [...readme.matchAll(/^\| (`[^|]*`) \| ([^|]*) \|/gm)].map(([, first = '', second = '']) => [
    first,
    second,
  ]);
  const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);

  it('have every option with its flags', () => {
    const documented = columns.filter(([, flags]) => flags?.startsWith('`-'));
    const keys = documented.flatMap(([key = '']) => quoted(key));
    expect(keys.toSorted()).toEqual(Object.keys(ssh.options.entries).toSorted());
    const flags = documented.flatMap(([, all = '']) => quoted(all));
    const own = flagsOf(ssh).filter(({ setting }) => setting.what === 'option');
    const expected = own.flatMap(({ long, short }) => [`--${long}`, ...(short ? [`-${short}`] : [])]);
    expect(flags.toSorted()).toEqual(expected.toSorted());
  });

  it('have known reason codes with their remedies', () => {
    const codes = columns
      .filter(([, status = '']) => /^(?:OK|WARNING|CRITICAL|UNKNOWN)/.test(status))
      .map(([code = '']) => quoted(code)[0]);
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => !(reasonCodes as readonly (string | undefined)[]).includes(code))).toEqual([]);
  });
});
