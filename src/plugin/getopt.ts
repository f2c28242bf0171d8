import { nearestWord } from '../checker/index.ts';
import type { Flag } from './flag.ts';

/** One flag as it was met, with its value unless it is a switch. */
export interface GivenFlag {
  readonly flag: Flag;
  readonly value?: string;
}

/** A command line taken apart as GNU getopt_long does. */
export interface Words {
  /** Its flags, in order. */
  readonly flags: readonly GivenFlag[];
  readonly operands: readonly string[];
  /** What was wrong with the word where parsing ended. */
  readonly fault?: string;
}

/** How a command differs from plain getopt. */
export interface Spelling {
  readonly aliases?: Readonly<Record<string, string>> | undefined;
  readonly hostFirst?: boolean | undefined;
  /** Whether a host that is the very first word stays an operand where others follow the options. */
  readonly strictOperands?: boolean | undefined;
}

/** Thrown and caught here only: ends parsing at the first bad word. */
class Fault extends Error {}

/**
 * Takes a command line apart: clusters (`-jH host`, `-p21`), `--opt=value`, unambiguous prefixes of long options,
 * `--`; options end at the first operand (getopt's `+`), except behind a host that is the very first word.
 * A prefix that fits one classic option (with a short letter, or ignored) stands for it even where newer ones fit too,
 * so that old command lines keep their meaning.
 *
 * Source: getopt_long(3); the classic plugins' process_arguments.
 */
export const getopt = (argv: readonly string[], flags: Iterable<Flag>, spelling: Spelling = {}): Words => {
  const rest = [...argv];
  const first = spelling.hostFirst && !rest[0]?.startsWith('-') ? rest.splice(0, 1) : [];
  const given: GivenFlag[] = [];
  const operands = () => (rest.length > 0 && !spelling.strictOperands ? rest : [...first, ...rest]);
  try {
    while (rest.length > 0) {
      const word = takeOption(rest, spelling.aliases);
      if (word === undefined) break;
      if (word.startsWith('--')) given.push(longOption(word, rest, flags, spelling.aliases));
      else for (const found of cluster(word.slice(1), rest, flags)) given.push(found);
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { flags: given, operands: operands(), fault: error.message };
  }
  return { flags: given, operands: operands() };
};

/** The next word when it is an option, freed of its alias; `undefined` where operands begin. */
const takeOption = (rest: string[], aliases: Spelling['aliases']): string | undefined => {
  const word = rest[0] ?? '';
  if (word === '--') rest.shift();
  if (word === '--' || word === '-' || !word.startsWith('-')) return undefined;
  rest.shift();
  return aliases?.[word] ?? word;
};

/** One by one, so that the letters before a bad one count. */
const cluster = function* (letters: string, rest: string[], flags: Iterable<Flag>): Generator<GivenFlag> {
  for (const [i, letter] of [...letters].entries()) {
    const flag = find(flags, ({ short }) => short === letter);
    if (!flag) throw new Fault(`invalid option -- '${letter}'`);
    if (flag.metavar) {
      const value = [...letters].slice(i + 1).join('') || rest.shift();
      if (value === undefined) throw new Fault(`option requires an argument -- '${letter}'`);
      yield { flag, value };
      return;
    }
    yield { flag };
  }
};

const longOption = (word: string, rest: string[], flags: Iterable<Flag>, aliases: Spelling['aliases']): GivenFlag => {
  const [, name = '', given] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  const flag = findLong(name, flags, aliases);
  if (!flag.metavar) {
    if (given !== undefined) throw new Fault(`option '--${flag.long}' doesn't allow an argument`);
    return { flag };
  }
  const value = given ?? rest.shift();
  if (value === undefined) throw new Fault(`option '--${flag.long}' requires an argument`);
  return { flag, value };
};

/** Not all of them are looked at, if need not be: see `flagsInTurn`. */
const find = (flags: Iterable<Flag>, fits: (flag: Flag) => boolean): Flag | undefined => {
  for (const flag of flags) if (fits(flag)) return flag;
  return undefined;
};

const findLong = (name: string, flags: Iterable<Flag>, aliases: Spelling['aliases'] = {}): Flag => {
  const spelt = aliases[`--${name}`]?.slice(2) ?? name;
  const exact = find(flags, ({ long }) => long === spelt);
  if (exact) return exact;
  const names = new Map(Array.from(flags, (flag) => [flag.long, flag]));
  for (const [alias, word] of Object.entries(aliases)) {
    const flag = names.get(word.slice(2));
    if (alias.startsWith('--') && flag) names.set(alias.slice(2), flag);
  }
  const fitting = [...new Set([...names].filter(([long]) => long.startsWith(name)).map(([, flag]) => flag))];
  const classic = fitting.filter(({ short, setting }) => short || setting.what === 'nothing');
  const candidates = classic.length > 0 ? classic : fitting;
  const [only, ...others] = candidates;
  if (!only) {
    const near = nearestWord(name, [...names.keys()]);
    throw new Fault(`unrecognized option '--${name}'${near ? `; did you mean '--${near}'?` : ''}`);
  }
  if (others.length === 0) return only;
  const possibilities = candidates.map(({ long }) => `'--${long}'`).join(' ');
  throw new Fault(`option '--${name}' is ambiguous; possibilities: ${possibilities}`);
};
