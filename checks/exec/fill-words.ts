import type { Target } from '../../src/checker/index.ts';

/** HOST and PORT where they are no part of a longer word: `-H HOST`, `--host=HOST`, `HOST:PORT`, but not `MYHOST` or `HOST.example`. */
const token = /(?<![\w.-])(?:HOST|PORT)(?![\w.-])/g;

/** What stands for the target in a command. */
export type Aim = Pick<Target, 'host' | 'port'>;

/** The words of a command with HOST and PORT filled in, all but the first, which names the program. */
export const fillWords = ([program = '', ...words]: readonly string[], aim: Aim): string[] => [
  program,
  ...words.map((word) =>
    word.replaceAll(token, (found, at: number) => (found === 'PORT' ? String(aim.port) : hostAt(word, at, aim.host))),
  ),
];

/** Whether a command needs a port. */
export const usesPort = (words: readonly string[]): boolean =>
  words.slice(1).some((word) => [...word.matchAll(token)].some(([found]) => found === 'PORT'));

/** An IPv6 address before a colon is put in brackets, unless it stands in some already. */
const hostAt = (word: string, at: number, host: string): string => {
  const bare = word.charAt(at - 1) !== '[' && word.charAt(at + 'HOST'.length) === ':';
  return bare && host.includes(':') ? `[${host}]` : host;
};
