/** A key pair in OpenSSH's form: a host's, or a user's. */
export interface SshKeyPair {
  /** As in `~/.ssh/id_ed25519`. */
  readonly private: string;
  /** As in `~/.ssh/id_ed25519.pub`. */
  readonly public: string;
}

/** What key to make. */
export interface SshKeyOptions {
  /** Default `ed25519`; an RSA key takes a while. */
  readonly type?: 'ed25519' | 'ecdsa' | 'rsa';
  /** Encrypts the private key. Default: none. */
  readonly passphrase?: string;
}

/** Makes a new key pair: Ed25519, ECDSA with the curve P-256, or RSA of 2,048 bits. */
export const generateSshKeyPair = async ({ type = 'ed25519', passphrase }: SshKeyOptions = {}): Promise<SshKeyPair> => {
  const { default: ssh2 } = await import('ssh2');
  const encryption = passphrase === undefined ? undefined : { passphrase, cipher: 'aes256-ctr', rounds: 2 };
  for (;;) {
    const pair = makePair(ssh2.utils.generateKeyPairSync, type, encryption);
    // ssh2 1.17.0 cuts the leading zeros off one public key in 256, and then cannot read the pair itself.
    if (!(ssh2.utils.parseKey(pair.private, passphrase) instanceof Error)) return pair;
  }
};

/** Few rounds make it quick to read: such a key guards nothing. */
interface Encryption {
  readonly passphrase: string;
  readonly cipher: string;
  readonly rounds: number;
}

type MakePair = typeof import('ssh2')['utils']['generateKeyPairSync'];

const makePair = (make: MakePair, type: SshKeyOptions['type'], encryption: Encryption | undefined): SshKeyPair => {
  switch (type) {
    case 'rsa':
      return make('rsa', { bits: 2_048, ...encryption } as { bits: number });
    case 'ecdsa':
      return make('ecdsa', { bits: 256, ...encryption } as { bits: 256 });
    default:
      return make('ed25519', encryption);
  }
};
