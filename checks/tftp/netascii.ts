const [lf, cr, nul] = [0x0a, 0x0d, 0x00];

/**
 * The file behind bytes that came in netascii mode: CR LF is a line end, CR NUL a CR (RFC 764, as RFC 1350 has it).
 * A CR before anything else stays, as common clients do it.
 */
export const decodeNetascii = (bytes: Buffer): Buffer => {
  const decoded = Buffer.alloc(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const next = bytes[i] === cr ? bytes[i + 1] : undefined;
    if (next === lf || next === nul) i++;
    decoded[length++] = next === lf ? lf : (bytes[next === nul ? i - 1 : i] ?? nul);
  }
  return decoded.subarray(0, length);
};
