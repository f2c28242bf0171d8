/** Longest text from a server that is echoed, in bytes of UTF-8: a whole output line must stay under 4 KiB. */
const longestBytes = 3_000;

const decoder = new TextDecoder();

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const unsafe = /[|\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** All of them but CR, LF and TAB. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const unsafeInBanner = /[|\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * Makes bytes or text that a server sent safe for one line of output: invalid UTF-8 becomes U+FFFD, control and
 * bidirectional characters and `|` (which would start performance data) become a blank, and the length is bounded.
 */
export const cleanText = (said: string | Uint8Array): string => clean(said, unsafe);

/** The same, but that CR, LF and TAB stay: the classic plugins echo a banner with them. */
export const cleanBanner = (said: string | Uint8Array): string => clean(said, unsafeInBanner);

const clean = (said: string | Uint8Array, replaced: RegExp): string => {
  const text = typeof said === 'string' ? said.toWellFormed() : decoder.decode(said);
  // Nearly all are clean, and to look for something is cheaper than to replace it.
  return truncate(text.search(replaced) < 0 ? text : text.replace(replaced, ' '));
};

/** A summary as one line: a classic banner may have line ends in it. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

const truncate = (text: string): string => {
  // No UTF-16 unit takes more than three bytes.
  if (text.length * 3 <= longestBytes || Buffer.byteLength(text) <= longestBytes) return text;
  const cut = Buffer.from(text).subarray(0, longestBytes);
  return `${decoder.decode(cut).replace(/\ufffd+$/, '')}…`;
};
