/** Encodes ASN.1 values in DER (ITU-T X.690), as far as certificates need it. */
const element = (tag: number, ...contents: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(contents);
  const length = body.length < 128 ? [body.length] : longLength(body.length);
  return Buffer.concat([Buffer.of(tag, ...length), body]);
};

const longLength = (length: number): number[] => {
  const bytes = bytesOf(length, 256);
  return [0x80 | bytes.length, ...bytes];
};

/** The digits of a number, most significant first; one at least. */
const bytesOf = (value: number, base: number): number[] => {
  const digits = [value % base];
  for (let rest = Math.floor(value / base); rest > 0; rest = Math.floor(rest / base)) digits.unshift(rest % base);
  return digits;
};

/** A SEQUENCE of elements. */
export const sequence = (...elements: readonly Uint8Array[]): Buffer => element(0x30, ...elements);

/** A SET of elements. */
export const set = (...elements: readonly Uint8Array[]): Buffer => element(0x31, ...elements);

/** An INTEGER that is not negative, from its bytes, most significant first. */
export const integer = (...bytes: readonly number[]): Buffer =>
  element(0x02, Buffer.from((bytes[0] ?? 0) & 0x80 ? [0, ...bytes] : bytes));

/** BOOLEAN true: a false one is left out where it is the default. */
export const yes = (): Buffer => element(0x01, Buffer.of(0xff));

/** A BIT STRING of whole bytes, but for `unused` bits at the end. */
export const bits = (bytes: Uint8Array, unused = 0): Buffer => element(0x03, Buffer.of(unused), bytes);

/** An OCTET STRING. */
export const octets = (bytes: Uint8Array): Buffer => element(0x04, bytes);

/** A UTF8String. */
export const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text));

/** An OBJECT IDENTIFIER from its dotted form. */
export const oid = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  const arcs = [first * 40 + second, ...others];
  const bytes = arcs.flatMap((arc) => {
    const digits = bytesOf(arc, 128);
    return digits.map((digit, i) => (i < digits.length - 1 ? digit | 0x80 : digit));
  });
  return element(0x06, Buffer.from(bytes));
};

/** An element behind an EXPLICIT context tag. */
export const explicit = (tag: number, content: Uint8Array): Buffer => element(0xa0 | tag, content);

/** A primitive value behind an IMPLICIT context tag. */
export const implicit = (tag: number, content: Uint8Array): Buffer => element(0x80 | tag, content);

/** A time as certificates have it (RFC 5280, 4.1.2.5): UTCTime until 2049, GeneralizedTime after it. `iso` is in UTC. */
export const time = (iso: string): Buffer => {
  const digits = `${iso.slice(0, 19).replaceAll(/\D/g, '')}Z`;
  return digits < '2050' ? element(0x17, Buffer.from(digits.slice(2))) : element(0x18, Buffer.from(digits));
};
