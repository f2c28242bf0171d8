import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, expect, vi } from 'vitest';
import { Secret } from '../../src/checker/secret.ts';
import { itInFolder as it, temporaryFolder } from '../temporary-folder.ts';

afterEach(() => vi.unstubAllEnvs());

it.each([
  ['barn-door', 'barn-door'],
  ['barn-door\n', 'barn-door'],
  ['barn-door\r\n', 'barn-door'],
  [' two words \n\n', ' two words \n'],
])('reads %j from a file as %j', async (content, expected) => {
  await using folder = await temporaryFolder();
  await writeFile(folder.at('password'), content);
  expect(await new Secret({ file: folder.at('password') }).reveal()).toBe(expected);
});

it('reads it anew each time, so that a rotated secret is picked up', async ({ folder }) => {
  const file = join(folder, 'password');
  const secret = new Secret({ file });
  await writeFile(file, 'old');
  expect(await secret.reveal()).toBe('old');
  await writeFile(file, 'new');
  expect(await secret.reveal()).toBe('new');
});

it('reads the environment and systemd credentials', async ({ folder }) => {
  vi.stubEnv('FG_TEST_SECRET', 'from-env');
  vi.stubEnv('CREDENTIALS_DIRECTORY', folder);
  await writeFile(join(folder, 'ftp'), 'from-credential\n');
  expect(await new Secret({ env: 'FG_TEST_SECRET' }).reveal()).toBe('from-env');
  expect(await new Secret({ credential: 'ftp' }).reveal()).toBe('from-credential');
});

it('says what is wrong with a source, without hanging', async ({ folder }) => {
  vi.stubEnv('CREDENTIALS_DIRECTORY', undefined);
  const at = (name: string) => join(folder, name);
  execFileSync('mkfifo', [at('fifo')]);
  await mkdir(at('folder'));
  await writeFile(at('empty'), '\n');
  await writeFile(at('large'), 'x'.repeat(65_537));
  const complaint = (source: ConstructorParameters<typeof Secret>[0]) =>
    new Secret(source).reveal().catch((error: Error) => error.message);
  expect(await complaint({ file: at('missing') })).toBe(`cannot read ${at('missing')}: ENOENT`);
  expect(await complaint({ file: at('fifo') })).toBe(`${at('fifo')} is not a regular file`);
  expect(await complaint({ file: at('folder') })).toBe(`${at('folder')} is not a regular file`);
  expect(await complaint({ file: '/dev/zero' })).toBe('/dev/zero is not a regular file');
  expect(await complaint({ file: at('empty') })).toBe(`${at('empty')} is empty`);
  expect(await complaint({ file: at('large') })).toBe(`${at('large')} is larger than 65536 bytes`);
  expect(await complaint({ env: 'FG_NOT_SET' })).toBe('environment variable FG_NOT_SET is not set');
  expect(await complaint({ credential: 'ftp' })).toContain('CREDENTIALS_DIRECTORY is not set');
});

it('shows where it is kept, never what it is', async () => {
  vi.stubEnv('FG_TEST_SECRET', 'barn-door');
  const secret = new Secret({ env: 'FG_TEST_SECRET' });
  await secret.reveal();
  expect(`${secret} ${inspect({ secret })} ${JSON.stringify({ secret })}`).toBe(
    'secret env FG_TEST_SECRET { secret: secret env FG_TEST_SECRET } {"secret":"***"}',
  );
});

it('can be made again of its source, which tells nothing of it', async ({ folder }) => {
  const file = join(folder, 'password');
  await writeFile(file, 'barn-door');
  const { source } = new Secret({ file });
  expect(source).toEqual({ file });
  expect(await new Secret(source).reveal()).toBe('barn-door');
});
