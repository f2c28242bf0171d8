/** Whether a text is the fingerprint of a host key as OpenSSH prints it, `SHA256:…`. */
export const isFingerprint = (text: string): boolean => /^SHA256:[A-Za-z0-9+/]{43}$/.test(text);
