const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** Reads `\n` `\r` `\t` `\\` as what they stand for; a backslash before anything else goes away (check_tcp's `-E`). */
export const unescapeText = (text: string): string => text.replace(/\\(.?)/gs, (_, c: string) => letters[c] ?? c);

/** Doubles backslashes, so that {@link unescapeText} gives the text back as it is. */
export const protectText = (text: string): string => text.replaceAll('\\', '\\\\');
