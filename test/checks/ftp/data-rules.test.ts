import * as v from 'valibot';
import { expect, it } from 'vitest';
import { ftp } from '../../../checks/ftp/index.ts';
import { ftpOptions } from '../../../checks/ftp/options.ts';
import { runCommand } from '../run-command.ts';

const complaints = (options: unknown): string[] => {
  const parsed = v.safeParse(ftpOptions, options);
  return parsed.success ? [] : parsed.issues.map(({ path, message }) => `${path?.[0]?.key}: ${message}`);
};

const passiveAddress = { data: 'pasv', pasvAddress: ['192.0.2.1'] };

it.each<[object, string[]]>([
  [{ data: 'pasv', pasvAddress: ['192.0.2.1', 'control'], pasvPorts: '50000-50099', pasvFollow: true }, []],
  [{ file: 'a', pasvAddress: ['control'] }, []],
  [{ data: 'epsv', pasvPorts: '50000-50099' }, []],
  [{ data: 'active', activeAddress: '2001:db8::1', activeBind: '[::]:5-9', activeSource: 'control' }, []],
  [{ data: 'port', activeBind: '0.0.0.0:5-9', activeSource: '192.0.2.1', activeSourcePort: 20 }, []],
  [{ pasvPorts: '5-9' }, ['pasvPorts: needs data, list, file or upload']],
  [{ user: 'probe', activeSourcePort: 20 }, ['activeSourcePort: needs data, list, file or upload']],
  [{ list: true, activeBind: '192.0.2.1' }, ['activeBind: needs data active, port or eprt']],
  [{ data: 'port', pasvPorts: '5-9' }, ['pasvPorts: is for passive mode']],
  [{ data: 'epsv', pasvAddress: ['192.0.2.1'] }, ['pasvAddress: is of no use with data epsv, which has no address']],
  [{ data: 'pasv', pasvAddress: [] }, ['pasvAddress: must not be empty']],
  [{ data: 'pasv', pasvAddress: ['::1'] }, ['pasvAddress: "::1" is neither an IPv4 address nor control']],
  [{ data: 'pasv', pasvAddress: ['vip'] }, ['pasvAddress: "vip" is neither an IPv4 address nor control']],
  [{ data: 'pasv', pasvFollow: true }, ['pasvFollow: needs pasvAddress']],
  [{ ...passiveAddress, pasvPorts: '9-5' }, ['pasvPorts: "9-5" is no range of ports such as 50000-50099']],
  [{ data: 'port', activeAddress: '::1' }, ['activeAddress: must be an IPv4 address with data port']],
  [{ data: 'active', activeAddress: 'me' }, ['activeAddress: "me" is no IP address']],
  [
    { data: 'active', activeBind: 'me:5-9' },
    ['activeBind: "me:5-9" is no IP address, or one with a range such as 192.0.2.1:50000-50099'],
  ],
  [{ data: 'active', activeSource: 'vip' }, ['activeSource: "vip" is neither an IP address nor control']],
  [{ data: 'active', activeSourcePort: 65_536 }, ['activeSourcePort: must be a whole number from 1 to 65535']],
])('%j: %j', (options, expected) => {
  expect(complaints(options)).toEqual(expected);
});

it.each([
  ['--data pasv --pasv-follow', '--pasv-follow needs --pasv-address'],
  ['--tls explicit --tls-ca x --tls-insecure', '--tls-ca is of no use with --tls-insecure'],
  ['--file x --min-bytes 9 --max-bytes 5', '--min-bytes must not exceed --max-bytes'],
  ['--list --pasv-address maxBytes', '--pasv-address "maxBytes" is neither an IPv4 address nor control'],
])('a command names the flags of %s', async (flags, complaint) => {
  const { stdout, exitCode } = await runCommand(ftp, '-H', '127.0.0.1', ...flags.split(' '));
  expect(stdout.split('\n')[0]).toBe(`check_ftp: ${complaint}`);
  expect(exitCode).toBe(3);
});
