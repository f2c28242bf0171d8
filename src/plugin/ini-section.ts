import { ExtraOptsError } from './extra-opts-error.ts';

/**
 * The options in one section of an ini file, as words of a command line: `port = 21` is `--port=21`, `jail =` is
 * `--jail`, and a name of one letter is a short option (`p = 21` is `-p21`). `#` and `;` begin a line of comment;
 * a section that occurs more than once is read as one.
 *
 * Source: the monitoring plugins' lib/parse_ini, but for short options, whose values that spoils.
 *
 * @throws ExtraOptsError when a line before the first section, or one in this section, is no option
 */
export const wordsOfSection = (ini: string, section: string): readonly string[] => {
  const words: string[] = [];
  let place: 'before' | 'elsewhere' | 'inside' = 'before';
  for (const raw of ini.split(/\r\n?|\n/)) {
    let line = raw.trim();
    if (line.startsWith('[')) {
      const end = line.indexOf(']');
      place = end > 0 && line.slice(1, end).trim() === section ? 'inside' : 'elsewhere';
      line = line.slice(end + 1).trim();
    }
    if (place === 'elsewhere' || /^([#;]|$)/.test(line)) continue;
    if (place === 'before') throw new ExtraOptsError('Config file error');
    words.push(wordOf(line));
  }
  return words;
};

const wordOf = (line: string): string => {
  const equals = line.indexOf('=');
  if (equals <= 0 || line.includes('\0')) throw new ExtraOptsError('Config file error');
  const name = line.slice(0, equals).trim();
  const value = line.slice(equals + 1).trim();
  if (name.length === 1) return `-${name}${value}`;
  return value === '' ? `--${name}` : `--${name}=${value}`;
};
