import { type Clock, readLocalFile, wait } from '../checker/index.ts';
import { ExtraOptsError } from './extra-opts-error.ts';

/** Where an ini file may come from, besides the disk. */
export interface ConfigSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the file `-` reads. */
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly clock: Clock;
}

const largestBytes = 1024 * 1024;
const stdinPatienceMs = 10_000;

/** Looked for in each folder of NAGIOS_CONFIG_PATH. */
const names = ['monitoring-plugins.ini', 'plugins.ini', 'nagios-plugins.ini'];

/** Looked for in this order (the monitoring plugins' lib/parse_ini). */
const paths = [
  '/usr/local/etc/monitoring-plugins/monitoring-plugins.ini',
  '/usr/local/etc/monitoring-plugins.ini',
  '/etc/monitoring-plugins/monitoring-plugins.ini',
  '/etc/monitoring-plugins.ini',
  '/etc/nagios/plugins.ini',
  '/usr/local/nagios/etc/plugins.ini',
  '/usr/local/etc/nagios/plugins.ini',
  '/etc/opt/nagios/plugins.ini',
  '/etc/nagios-plugins.ini',
  '/usr/local/etc/nagios-plugins.ini',
  '/etc/opt/nagios-plugins.ini',
];

/**
 * The ini file that is read when none is named: MP_CONFIG_FILE, else the first there is in the folders of
 * NAGIOS_CONFIG_PATH, else the first of the standard places.
 *
 * @throws ExtraOptsError when there is none
 */
export const findConfigFile = async ({ env }: Pick<ConfigSurroundings, 'env'>): Promise<string> => {
  const named = env['MP_CONFIG_FILE'];
  if (named) return named;
  const { existsSync } = await import('node:fs');
  const folders = (env['NAGIOS_CONFIG_PATH'] ?? '').split(':').filter((folder) => folder !== '');
  const found = [...folders.flatMap((folder) => names.map((name) => `${folder}/${name}`)), ...paths].find(existsSync);
  if (named === '' || found === undefined)
    throw new ExtraOptsError('Cannot find config file in any standard location.');
  return found;
};

/**
 * The text of an ini file, or of standard input for `-`: 1 MiB at most; standard input must end within 10 s.
 *
 * @throws ExtraOptsError when it cannot be read, is too large, or is no regular file (a FIFO would hang the check)
 */
export const readConfigFile = async (path: string, surroundings: ConfigSurroundings): Promise<string> => {
  try {
    return await (path === '-' ? readStdin(surroundings) : readLocalFile(path, largestBytes));
  } catch (error) {
    throw new ExtraOptsError(`Can't read config file: ${reasonOf(error as Error)}`);
  }
};

const readStdin = async ({ stdin, clock }: ConfigSurroundings): Promise<string> => {
  const chunks: Uint8Array[] = [];
  const readAll = async () => {
    let size = 0;
    for await (const chunk of stdin) {
      size += chunk.length;
      if (size > largestBytes) throw new Error(`standard input is larger than ${largestBytes} bytes`);
      chunks.push(chunk);
    }
  };
  const settled = new AbortController();
  const late = wait(clock, stdinPatienceMs, settled.signal).then(() => {
    throw new Error('standard input does not end');
  });
  try {
    await Promise.race([readAll(), late]);
  } finally {
    settled.abort();
  }
  return Buffer.concat(chunks).toString();
};

/** `ENOENT: no such file or directory, open '/x'` in the C library's words: `No such file or directory`. */
const reasonOf = (error: Error): string => {
  const system = error.cause instanceof Error ? error.cause : error;
  const [, first, others] = /^E[A-Z0-9]+: (.)([^,]*)/.exec(system.message) ?? [];
  return first ? `${first.toUpperCase()}${others}` : error.message;
};
