/** Makes a value fit for the place in a request where it is filled in. */
export type Encode = (value: string) => string;

/**
 * For a path, a query or a form: everything but letters, digits and `-_.!~*'()` percent-encoded.
 *
 * @throws Error for `.` and `..`, which would move about in a path however they are written
 */
export const encodeComponent: Encode = (value) => {
  if (/^\.\.?$/.test(value)) throw new Error(`"${value}" cannot stand in a URL`);
  return encodeURIComponent(value.toWellFormed());
};

/** For a host: IPv6 addresses in brackets. */
export const encodeHost: Encode = (value) => (value.includes(':') ? `[${value}]` : encodeURIComponent(value));

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const controls = /[\u0000-\u001f\u007f]+/g;

/** For a header: control characters, line ends among them, become a blank; what is not ASCII goes as UTF-8. */
export const encodeHeader: Encode = (value) =>
  Buffer.from(value.toWellFormed().replace(controls, ' '), 'utf8').toString('latin1');

/** For the inside of a string in JSON. */
export const encodeJson: Encode = (value) => JSON.stringify(value.toWellFormed()).slice(1, -1);

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** For a text or an attribute in XML, which has no place for control characters. */
export const encodeXml: Encode = (value) =>
  value
    .toWellFormed()
    .replace(controls, ' ')
    .replace(/[&<>"']/g, (c) => entities[c] ?? c);

/** How values are filled into a body of this media type; `undefined` for one we do not know how to be safe in. */
export const encodingFor = (contentType: string): Encode | undefined => {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (/^application\/(.+\+)?json$/.test(type)) return encodeJson;
  if (/^(application|text)\/(.+\+)?xml$/.test(type)) return encodeXml;
  if (type === 'application/x-www-form-urlencoded') return encodeURIComponent;
  if (type === 'text/plain') return (value) => value.toWellFormed();
  return undefined;
};
