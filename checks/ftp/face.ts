import { type CommandFace, cleanText, type GivenOptions } from '../../src/checker/index.ts';
import { protectText } from './escape.ts';
import { labelOf } from './failure.ts';
import { type FtpOptions, isDeep } from './options.ts';

/** Longest path of a unix socket that a sockaddr_un holds, in bytes, without its NUL. */
export const longestSocketPath = 107;

/** check_ftp, as in monitoring-plugins 2.x. */
export const face: CommandFace<FtpOptions> = {
  service: 'FTP',
  separator: '|',
  usage: `check_ftp -H host [-p port] [-4|-6] [-t seconds] [-w range] [-c range] [-v] [-j]
          [-e text]... [-A] [-M ok|warn|crit] [-r ok|warn|crit]
          [-E] [-s text] [-q text] [-m bytes] [-d seconds]
          [-S] [-D days[,days]] [--sni name]
check_ftp -H host [--anonymous|--user name --password-file file] [--tls explicit|implicit]
          [--data passive|active] [--list] [--file path [--content text]]
          [--upload path] [--transfers n] [--idle time]
both      [--source address] [--extra-opts[=[section][@file]]]
          [--reason-code] [--json] [--transcript]; check_ftp -h shows all options`,
  about: `Checks an FTP server: its greeting, or with --user, --tls, --data, --file and their like a whole session.
The host may be the absolute path of a unix socket. Ranges are those of the monitoring plugins: 5, 1:5, @1:5.`,
  defaultHost: '127.0.0.1',
  operands: ['host'],
  hostFirst: true,
  transcript: true,
  aliases: { '-to': '-t', '-wt': '-w', '-ct': '-c' },
  ignored: [{ long: 'protocol' }, { long: 'critical-codes', short: 'C' }, { long: 'warning-codes', short: 'W' }],
  plain: { mismatch: 'warn' },
  fromClassic: (given, keys) => withOrder(isDeep(given) ? given : { mismatch: 'warn', ...given }, keys),
  // What is typed is anybody's text, and a greeting's summary keeps line ends: `127.0.0.1\n` is an address, too (inet_aton(3)).
  label: ({ host, port, named }) =>
    named || host.startsWith('/') ? cleanText(labelOf({ host, port })) : `port ${port}`,
  wording: ({ code, line }, { host }) => {
    if (code === 'dns') return { line: `FTP CRITICAL - Invalid hostname, address or socket: ${host}`, exitCode: 2 };
    if (line === pathTooLong) return { lineEnd: '' };
    return code === 'local-fault' && isClassicFault(line) ? { exitCode: 2 } : undefined;
  },
};

/** Whether a connect failed in a way that check_ftp knows: it has no source address that might not be ours. */
const isClassicFault = (line = ''): boolean =>
  /^connect to (?:address|file socket) /.test(line) && !line.endsWith(': Cannot assign requested address');

/** What check_ftp says of a unix socket whose path no sockaddr_un holds. */
export const pathTooLong = 'Supplied path too long unix domain socket';

/** `-E` holds for what comes after it: texts before it are protected from it. */
const withOrder = (given: GivenOptions, keys: readonly string[]): GivenOptions => {
  const since = keys.indexOf('escape');
  const before = (key: string) => since >= 0 && given[key] !== undefined && keys.lastIndexOf(key) < since;
  return {
    ...given,
    ...(before('send') && { send: protectText(String(given['send'])) }),
    ...(before('quit') && { quit: `${protectText(String(given['quit']))}\\r\\n` }),
  };
};
