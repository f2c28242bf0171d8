/** A key pair in OpenSSH's form: a host's, or a user's. */
export interface SshKeyPair {
  /** As in `~/.ssh/id_ed25519`, without a passphrase. */
  readonly private: string;
  /** As in `~/.ssh/id_ed25519.pub`. */
  readonly public: string;
}

/** Makes a new Ed25519 key pair. */
export const generateSshKeyPair = async (): Promise<SshKeyPair> => {
  const { default: ssh2 } = await import('ssh2');
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    // ssh2 1.17.0 cuts the leading zeros off one public key in 256, and then cannot read the pair itself.
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
};
