import type { Flag } from './flag.ts';

/** What `-h` shows besides the flags. */
export interface Page {
  /** Name and versions. */
  readonly title: string;
  readonly about: string;
  readonly usage: string;
}

/**
 * The page that `-h` prints, its table of flags laid out by commander. That is loaded here and only now: it would
 * add a tenth to the time of every check.
 */
export const renderHelp = async (flags: readonly Flag[], { title, about, usage }: Page): Promise<string> => {
  const { Help } = await import('commander');
  const help = new Help();
  help.prepareContext({ helpWidth: 100 });
  const shown = flags.filter((flag) => flag.help !== undefined);
  const width = Math.max(...shown.map((flag) => term(flag).length));
  const table = shown.map((flag) => help.formatItem(term(flag), width, flag.help ?? '', help));
  return [title, '', about, '', 'Usage:', usage, '', 'Options:', ...table, ''].join('\n');
};

/** Long names stand below one another, with a short letter or without. */
const term = ({ short, long, metavar }: Flag): string =>
  `${short ? `-${short}, ` : '    '}--${long}${metavar ? placeholder(metavar) : ''}`;

const placeholder = (metavar: string): string => (metavar.startsWith('[') ? metavar : ` <${metavar}>`);
