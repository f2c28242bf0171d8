import { templateFields, unknownField } from '../template.ts';
import { encodingFor } from './encode.ts';
import { fillBody } from './fill-body.ts';

/** The words that may stand in braces in a URL. */
export const urlFields = [...templateFields, 'name'] as const;

/** The words that may stand in braces in headers and bodies. */
export const valueFields = [...urlFields, 'secret'] as const;

const fields = (words: readonly string[]): string => `there are {${words.join('} {')}}`;

const unknown = (template: string, words: readonly string[]): string | undefined => {
  const word = unknownField(template, words);
  return word === undefined ? undefined : `has an unknown field {${word}}; ${fields(words)}`;
};

/** The parts of a URL that is a template. */
export const splitUrl = (url: string): { scheme: string; authority: string; path: string } | undefined => {
  const [, scheme, authority, path] = /^(https?):\/\/([^/?#\s]+)([/?][^#\s]*)?$/.exec(url) ?? [];
  if (scheme === undefined || authority === undefined) return undefined;
  return { scheme, authority, path: path?.startsWith('?') ? `/${path}` : (path ?? '/') };
};

/** What is wrong with a URL, if anything; its message begins with a verb. */
export const urlMistake = (url: string): string | undefined => {
  const parts = splitUrl(url);
  if (!parts || /[^\u0021-\u007e]/.test(url)) return 'must be an http:// or https:// URL, without blanks and without #';
  const { scheme, authority, path } = parts;
  if (authority.includes('@')) return 'must not carry a password: use user and secret';
  if (unknownField(authority, ['host']) !== undefined) return 'may have no field but {host} in its host';
  if (!URL.canParse(`${scheme}://${authority.replaceAll('{host}', 'host.example')}/`))
    return 'has a wrong host or port';
  return unknown(path, urlFields);
};

/** Set by the request itself, or with a meaning that a template cannot keep. */
const ownHeaders = /^(host|content-length|transfer-encoding|connection|upgrade|expect|te|trailer)$/i;
const secretHeaders = /^(proxy-)?authorization$|^cookie$|(^|[-_])key$|token|secret|password/i;

/** What is wrong with a header, if anything. */
export const headerMistake = (name: string, value: string): string | undefined => {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return `"${name}" is no name of a header`;
  if (ownHeaders.test(name)) return `${name} cannot be set`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line end would begin another header
  if (/[\u0000-\u001f\u007f]/.test(value)) return `${name} has a control character in it`;
  if (secretHeaders.test(name) && !value.includes('{secret}'))
    return `${name} is a secret: write {secret} there, and in secret where it is kept`;
  const mistake = unknown(value, valueFields);
  return mistake && `${name} ${mistake}`;
};

/** What `Content-Type` a body goes with. */
export const contentTypeOf = (headers: Readonly<Record<string, string>>, body: unknown): string => {
  const given = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  return given ?? (body === undefined ? '' : 'application/json');
};

/** Every field filled in with what would break a JSON text that has it outside a string. */
const samples = Object.fromEntries(
  valueFields.map((field) => [field, field === 'port' || field === 'sequence' ? '1' : 'a "quoted" text']),
);

/** What is wrong with a body, if anything. */
export const bodyMistake = (body: unknown, contentType: string): string | undefined => {
  if (typeof body !== 'string') {
    const isJson = /^application\/(.+\+)?json\b/i.test(contentType);
    return isJson ? unknown(JSON.stringify(body) ?? '', valueFields) : `must be a text to be sent as ${contentType}`;
  }
  const mistake = unknown(body, valueFields);
  if (mistake !== undefined || !/^application\/(.+\+)?json\b/i.test(contentType)) return mistake;
  const encode = encodingFor(contentType);
  try {
    if (encode) JSON.parse(fillBody(body, samples, encode));
    return undefined;
  } catch {
    return 'is no JSON once its fields are filled in: fields belong inside quotes (set a Content-Type for another format)';
  }
};
