import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { tftp } from '../../../checks/tftp/index.ts';
import { createTftpServer, type TftpFault } from '../../../src/testkit/index.ts';
import { runCommand } from '../run-command.ts';

/** What the server of the samples has. */
const files = {
  'farm-guardian.txt': 'all is well\n',
  'boot/pxelinux.0': Buffer.alloc(42_430, 'x'),
  'boot/vmlinuz': Buffer.alloc(2_097_152, 'x'),
};

/** What is wrong with it, by a word of the sample. */
const faultOf: readonly (readonly [string, TftpFault])[] = [
  ['[mtu-blackhole]', 'large-lost'],
  ['[options-refused]', 'options-ignored'],
  ['[wrong-source]', 'wrong-source'],
];

/** A command of the README with what it prints, the last line being `…` where that is not all. */
interface Sample {
  readonly command: string;
  readonly lines: readonly string[];
}

const samplesOf = (readme: string): Sample[] =>
  [...readme.matchAll(/^ {4}\$ check_tftp (.*)\n((?: {4}[^$\n].*\n)+)/gm)].map(([, command = '', output = '']) => ({
    command,
    lines: output
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(4)),
  }));

/** Hosts, ports and times differ. */
const alike = (line: string): string =>
  line
    .replaceAll(/(10\.2\.0|127\.0\.0)\.\d+/g, 'HOST')
    .replaceAll(/port \d+/g, 'port N')
    .replaceAll(/time=\d+\.\d{6}s/g, 'time=Ts')
    .replaceAll(/ in \d+\.\d{3}s/g, ' in Ts')
    .replace(/^\d+\.\d{3} /, 'T ');

const readme = await readFile(new URL('../../../checks/tftp/README.md', import.meta.url), 'utf8');
const samples = samplesOf(readme);

describe('the README of check_tftp', () => {
  it('has no command but those that are tried here', () => {
    expect(samples).toHaveLength(readme.match(/\$ check_tftp/g)?.length ?? 0);
    expect(samples.length).toBeGreaterThan(5);
  });

  it.each(samples)('shows what check_tftp $command prints', async ({ command, lines }) => {
    await using server = await createTftpServer({ files });
    for (const [word, fault] of faultOf) if (lines[0]?.includes(word)) await server.inject(fault);
    const argv = command.split(' ').map((word) => (word.startsWith('10.2.0.') ? server.host : word));
    const { stdout, stderr, exitCode } = await runCommand(tftp, ...argv, '-p', server.port);
    const printed = stdout.trimEnd().split('\n').map(alike);
    const isWhole = lines.at(-1) !== '…';
    const shown = (isWhole ? lines : lines.slice(0, -1)).map(alike);
    expect(isWhole ? printed : printed.slice(0, shown.length)).toEqual(shown);
    expect(stderr).toBe('');
    expect(exitCode).toBe(/^TFTP OK/.test(stdout) ? 0 : 2);
  });
});
