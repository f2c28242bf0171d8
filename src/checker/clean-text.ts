/** Longest text from a server that is echoed, in bytes of UTF-8: a whole output line must stay under 4 KiB. */
const longestBytes = 3_000;

const decoder = new TextDecoder();

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const unsafe = /[|\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * Makes bytes or text that a server sent safe for one line of output: invalid UTF-8 becomes U+FFFD, control and
 * bidirectional characters and `|` (which would start performance data) become a blank, and the length is bounded.
 *
 * @param keep control characters that stay as they are, such as `\r\n\t` in a classic banner
 */
export const cleanText = (said: string | Uint8Array, keep = ''): string => {
  const text = typeof said === 'string' ? said.toWellFormed() : decoder.decode(said);
  return truncate(text.replace(unsafe, (c) => (keep.includes(c) ? c : ' ')));
};

/** A summary as one line: a classic banner may have line ends in it. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

const truncate = (text: string): string => {
  // No UTF-16 unit takes more than three bytes.
  if (text.length * 3 <= longestBytes || Buffer.byteLength(text) <= longestBytes) return text;
  const cut = Buffer.from(text).subarray(0, longestBytes);
  return `${decoder.decode(cut).replace(/\ufffd+$/, '')}…`;
};
