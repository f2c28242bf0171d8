import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { createFtpServer } from '../../src/testkit/index.ts';
import { binPath } from '../bin-path.ts';
import { itInFolder as it } from '../temporary-folder.ts';
import { runBin } from './run-bin.ts';

const okay = expect.stringMatching(/^FTP OK - /);

describe('the built check_ftp takes options', () => {
  it('from the file that MP_CONFIG_FILE names', async ({ folder }) => {
    await using server = await createFtpServer();
    const ini = join(folder, 'plugins.ini');
    await writeFile(ini, `[check_ftp]\nhostname = ${server.host}\np = ${server.port}\n`);
    const run = await runBin('check_ftp', ['--extra-opts'], { MP_CONFIG_FILE: ini });
    expect(run).toEqual({ exitCode: 0, stdout: okay, stderr: '' });
  });

  it('from standard input', async () => {
    await using server = await createFtpServer();
    const child = spawn(process.execPath, [binPath('check_ftp'), '--extra-opts=farm@-']);
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stdin.end(`[farm]\nhostname=${server.host}\nport=${server.port}\n`);
    const [exitCode] = await once(child, 'close');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: okay });
  });
});
