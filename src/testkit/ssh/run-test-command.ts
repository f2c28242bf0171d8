import type { ServerChannel } from 'ssh2';
import { flood } from '../flood.ts';
import type { SshSite } from './ssh-session.ts';

/** Runs a command over its channel. */
export const runTestCommand = (channel: ServerChannel, command: string, { commands, faults }: SshSite): void => {
  channel.on('error', () => {});
  if (faults.has('command-silence')) return;
  if (faults.has('command-flood')) {
    flood(channel, 'moo\n');
    return;
  }
  const known = Object.hasOwn(commands, command) ? commands[command] : undefined;
  const { output = '', error = '', exitCode = 0, signal } = known ?? { error: 'not found\n', exitCode: 127 };
  channel.write(output);
  channel.stderr.write(error);
  if (signal === undefined) channel.exit(exitCode);
  else channel.exit(signal);
  channel.end();
};
