import { type ConfigSurroundings, findConfigFile, readConfigFile } from './config-file.ts';
import { ExtraOptsError } from './extra-opts-error.ts';
import { wordsOfSection } from './ini-section.ts';

/** How a command reads the words that `--extra-opts` stands for. */
export interface ExtraOptsOptions extends ConfigSurroundings {
  /** The section that is read when none is named: the name of the command. */
  readonly section: string;
  /** Whether a host that is the very first word stays there. */
  readonly hostFirst?: boolean | undefined;
}

const option = '--extra-opts';

/**
 * Takes every `--extra-opts[=SECTION][@FILE]` out of a command line and puts the options of those sections in front,
 * so that the command line wins. It works wherever it stands, but only spelt out, as in the classic plugins.
 *
 * @throws ExtraOptsError when a file cannot be read or has no such section
 */
export const expandExtraOpts = async (
  argv: readonly string[],
  { section, hostFirst, ...surroundings }: ExtraOptsOptions,
): Promise<readonly string[]> => {
  const { locators, rest } = takeOut(argv);
  if (locators.length === 0) return argv;
  const extra: string[] = [];
  for (const locator of locators) extra.push(...(await wordsAt(locator, section, surroundings)));
  const first = hostFirst && rest[0]?.startsWith('-') === false ? rest.splice(0, 1) : [];
  return [...first, ...extra, ...rest];
};

const takeOut = (argv: readonly string[]): { readonly locators: readonly string[]; readonly rest: string[] } => {
  const locators: string[] = [];
  const rest: string[] = [];
  const words = [...argv];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word.startsWith(`${option}=`)) locators.push(word.slice(option.length + 1));
    else if (word !== option) rest.push(word);
    else locators.push(words[0]?.startsWith('-') === false ? (words.shift() ?? '') : '');
  }
  return { locators, rest };
};

const wordsAt = async (
  locator: string,
  defaultSection: string,
  surroundings: ConfigSurroundings,
): Promise<readonly string[]> => {
  const at = locator.indexOf('@');
  const section = (at < 0 ? locator : locator.slice(0, at)) || defaultSection;
  const file = (at < 0 ? '' : locator.slice(at + 1)) || (await findConfigFile(surroundings));
  const words = wordsOfSection(await readConfigFile(file, surroundings), section);
  if (words.length === 0) throw new ExtraOptsError(`Invalid section '${section}' in config file '${file}'`);
  return words;
};
