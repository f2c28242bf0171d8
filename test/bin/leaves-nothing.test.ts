import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { createFtpServer, createSshServer, createTftpServer } from '../../src/testkit/index.ts';
import { binPath } from '../bin-path.ts';
import { itInFolder as it } from '../temporary-folder.ts';

const files = { '/sentinel.txt': 'moo', 'farm-guardian.txt': 'moo' };
const users = { probe: 'hunter2' };
const login = ['--user', 'probe', '--password-env', 'PROBE_PASSWORD', '--file', '/sentinel.txt', '--content', 'moo'];

it.for([
  ['check_ftp', () => createFtpServer({ files, users }), login],
  ['check_tftp', () => createTftpServer({ files }), ['--content', 'moo']],
  ['check_ssh', () => createSshServer({ files, users }), [...login, '--host-key', 'any']],
] as const)(
  'the built %s leaves no file where it runs, at home or among temporary ones',
  async ([name, startServer, argv], { folder }) => {
    await using server = await startServer();
    const [cwd, HOME, TMPDIR] = ['cwd', 'home', 'tmp'].map((place) => join(folder, place)) as [string, string, string];
    for (const place of [cwd, HOME, TMPDIR]) await mkdir(place);
    const command = [binPath(name), ...argv, '-H', server.host, '-p', String(server.port)];
    const env = { HOME, TMPDIR, PROBE_PASSWORD: 'hunter2' };
    const { stdout } = await promisify(execFile)(process.execPath, command, { cwd, env });
    expect(stdout).toMatch(/ OK - 3 bytes /);
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(['cwd', 'home', 'tmp']);
  },
);
