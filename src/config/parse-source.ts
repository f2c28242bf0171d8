import { Composer, type CST, isScalar, Lexer, LineCounter, Parser } from 'yaml';
import { cleanText } from '../checker/index.ts';
import { inOneGo, type Sliced } from '../clock/slices.ts';
import { buildSource, type ParsedSource } from './build-source.ts';
import { findJsonMistake } from './json-syntax.ts';
import { readPlainJson } from './plain-json.ts';
import { readPlainYaml } from './plain-yaml.ts';
import type { Place } from './source-node.ts';
import { explainYaml } from './yaml-mistake.ts';

/** Maps and lists inside each other. A config needs eight; a few thousand overflow the stack of a recursive parser. */
const deepest = 64;

/** What most configs are made of, read in slices; `undefined` for what takes {@link parseFully}. */
export function* parsePlain(text: string, strictJson: boolean): Sliced<ParsedSource | undefined> {
  const root = yield* strictJson ? readPlainJson(text) : readPlainYaml(text);
  return root && { root, problems: [] };
}

/**
 * Parses YAML 1.2 or JSON into values that know their place. Never throws.
 *
 * Of syntax errors only the first is told, since the others mostly follow from it.
 *
 * @param strictJson refuse what YAML allows and JSON does not
 */
export const parseSource = (text: string, strictJson: boolean): ParsedSource =>
  inOneGo(parsePlain(text, strictJson)) ?? parseFully(text, strictJson);

/** As {@link parseSource}, whatever the text is: what is plain and what is not, in a tenth of the speed. */
export const parseFully = (text: string, strictJson: boolean): ParsedSource => {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const refuse = (offset: number, message: string): ParsedSource => ({
    root: undefined,
    problems: [{ path: '', ...placeAt(offset), message: cleanText(message) }],
  });

  // A first pass makes tokens alone, since its stack is a list, not calls. It also fills `lines`.
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > deepest) return refuse(parser.offset, `nested more than ${deepest} levels deep`);
  }

  const mistake = strictJson ? findJsonMistake(text) : undefined;
  if (mistake) return refuse(mistake.offset, `not valid JSON: ${mistake.message}`);

  for (const token of parser.end()) tokens.push(token);
  // Duplicate keys are found while building: the parser's own search takes quadratic time.
  const [document, second] = new Composer({ uniqueKeys: false }).compose(tokens, true, text.length);
  if (!document) return refuse(0, 'the file is empty');
  const error = document.errors[0] ?? document.warnings[0];
  if (error) return refuse(error.pos[0], `not valid YAML: ${explainYaml(error)}`);
  if (second) return refuse(second.range[0], 'not valid YAML: more than one document; remove the line ---');
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null && contents.source === ''))
    return refuse(0, 'the file is empty');
  return buildSource(contents, placeAt);
};
