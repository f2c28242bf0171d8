import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { exec } from '../../../checks/index.ts';
import { type CheckOutcome, type CheckResult, runCheck } from '../../../src/checker/index.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { itInFolder } from '../../temporary-folder.ts';

/** How a plugin is run in a test. */
export interface RunSettings {
  readonly timeoutMs?: number;
  readonly host?: string;
  readonly port?: number;
  readonly signal?: AbortSignal;
}

/** Runs a command as the exec checker does. */
export const runExec = (options: object, settings: RunSettings = {}): Promise<CheckOutcome> => {
  const { timeoutMs = 5_000, host = '127.0.0.1', port = 80, signal } = settings;
  const check = { checker: exec, target: { host, port }, options: v.parse(exec.options, options) };
  return runCheck(check, { timeoutMs, clock: systemClock, ...(signal && { signal }) });
};

/** `it` with a folder of its own, and a way to put a plugin there and run it: a shell script that knows it as `$FOLDER`. */
export const itWithPlugin = itInFolder.extend<{
  plugin: (body: string, args?: readonly string[], settings?: RunSettings) => Promise<CheckResult>;
}>({
  plugin: async ({ folder }, use) => {
    await use(async (body, args = [], settings = {}) => {
      const file = join(folder, 'check_it');
      await writeFile(file, `#!/bin/sh\nFOLDER='${folder}'\n${body}\n`);
      await chmod(file, 0o755);
      const outcome = await runExec({ command: ['check_it', ...args], pluginPath: [folder] }, settings);
      if (outcome === 'cancelled') throw new Error('cancelled');
      return outcome;
    });
  },
});
