/** Words of a command line, or what is wrong with it. */
export type Words = { readonly words: readonly string[] } | { readonly fault: string };

/** What only a shell understands: pipes, lists and redirections, and the priorities behind a Farm Guardian command. */
const operator = /^(?:[|&;]+|\d?[<>].*|;.*)$/;

/**
 * Splits a command line into words as a shell does: blanks part them, quotes and backslashes hold them together.
 * Nothing is expanded. (POSIX Shell Command Language, 2.2 Quoting.)
 */
export const splitWords = (line: string): Words => {
  const words: string[] = [];
  let word = '';
  let begun = false;
  let quoted = false;
  const end = () => {
    if (begun) words.push(word);
    [word, begun, quoted] = ['', false, false];
  };
  for (let i = 0; i < line.length; i++) {
    const c = line.charAt(i);
    if (/[ \t\r\n]/.test(c)) {
      if (!quoted && operator.test(word)) return { fault: needsShell(word) };
      end();
      continue;
    }
    begun = true;
    if (c === '\\') {
      if (i + 1 === line.length) return { fault: 'ends in a backslash' };
      i++;
      quoted = true;
      if (line.charAt(i) !== '\n') word += line.charAt(i);
    } else if (c === "'" || c === '"') {
      const close = c === "'" ? line.indexOf("'", i + 1) : closingQuote(line, i + 1);
      if (close < 0) return { fault: `has a ${c} without its end` };
      const inside = line.slice(i + 1, close);
      word += c === "'" ? inside : inside.replace(/\\(["\\$`])|\\\n/g, '$1');
      quoted = true;
      i = close;
    } else word += c;
  }
  if (!quoted && operator.test(word)) return { fault: needsShell(word) };
  end();
  return { words };
};

const closingQuote = (line: string, from: number): number => {
  for (let i = from; i < line.length; i++) {
    if (line.charAt(i) === '\\') i++;
    else if (line.charAt(i) === '"') return i;
  }
  return -1;
};

const needsShell = (word: string): string => {
  const what = word.includes('|') ? 'a pipe' : /[<>]/.test(word) ? 'a redirection' : `"${word}"`;
  return `has ${what}, which only a shell understands, and there is none: put it into a script, or in quotes if it is meant as it is`;
};
