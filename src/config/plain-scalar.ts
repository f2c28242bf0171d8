import { NotPlain } from './plain-nodes.ts';

/** A text without quotes, none of whose characters means anything to YAML where it stands. */
const bare = {
  block: /^[A-Za-z0-9_/.](?:[\w ./@%+=,-]|:(?=[^ ]))*$/,
  flow: /^[A-Za-z0-9_/.](?:[\w./@%+=-]|:(?=[\w./@%+=-]))*$/,
};
const quoted = /^(?:"([^"\\]*)"|'([^']*)')$/;

/** What YAML's core schema (YAML 1.2.2, section 10.3.2) takes for no text, or nearly. */
const isOdd = (text: string): boolean =>
  /^(?:null|true|false)$/i.test(text) || /^\.?\d[\d_]*(?:\.[\d_]*)?(?:e[-+]?\d*)?$/i.test(text) || /^0[xo]/i.test(text);

/**
 * A value on one line, without what is around it, by the rules of YAML 1.2.
 *
 * @throws NotPlain for what takes more than a look
 */
export const plainScalar = (text: string, where: 'block' | 'flow'): string | number | boolean | null => {
  const [, double, single] = quoted.exec(text) ?? [];
  if (double !== undefined || single !== undefined) return double ?? single ?? '';
  if (!bare[where].test(text) || /^\.(?:\.|inf$|nan$)/i.test(text)) throw new NotPlain();
  if (!isOdd(text)) return text;
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (text === 'null') return null;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new NotPlain();
};
