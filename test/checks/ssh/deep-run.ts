import * as v from 'valibot';
import { ssh } from '../../../checks/ssh/index.ts';
import { sshOptions } from '../../../checks/ssh/options.ts';
import { type CheckResult, type RunOptions, runCheck } from '../../../src/checker/index.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import {
  createSshServer,
  generateSshKeyPair,
  type SshFault,
  type SshServer,
  type SshServerOptions,
} from '../../../src/testkit/index.ts';

/** The password of `probe`, which nobody must ever see. */
export const password = 'Hunter2|s3cret';
process.env['SSH_RUN_PASSWORD'] = password;

/** The key of `robot`, and the host's. */
export const userKey = await generateSshKeyPair();
const hostKey = await generateSshKeyPair();

/** Files of the server. */
export const files = { '/sentinel.txt': 'moo\n', '/empty': '', '/incoming/': '' };

/** Options of a check, as a config has them. */
export type Given = v.InferInput<typeof sshOptions>;

/** A test server with some faults. */
export const startServer = async (options: SshServerOptions = {}, ...faults: SshFault[]): Promise<SshServer> => {
  const server = await createSshServer({
    users: { probe: password },
    keys: { robot: userKey.public },
    files,
    hostKey: hostKey.private,
    ...options,
  });
  for (const fault of faults) await server.inject(fault);
  return server;
};

/** Logs in as `probe`, whatever the host key is. */
export const login = { user: 'probe', password: { env: 'SSH_RUN_PASSWORD' }, hostKey: ['any'] } satisfies Given;

/** Runs a check within 5 s of the real clock unless told otherwise; it must come to a verdict. */
export const run = async (
  { host, port }: { readonly host?: string; readonly port: number },
  given: Given = {},
  more: Partial<RunOptions> = {},
): Promise<CheckResult> => {
  const check = { checker: ssh, target: { host: host ?? '127.0.0.1', port }, options: v.parse(sshOptions, given) };
  const outcome = await runCheck(check, { timeoutMs: 5_000, clock: systemClock, ...more });
  if (outcome === 'cancelled') throw new Error('nobody has cancelled this run');
  return outcome;
};

/** A verdict in short. */
export const brief = ({ status, code }: CheckResult): string => `${status} ${code}`;
