import { vip } from './farm-network.ts';
import type { Machine } from './machine.ts';

/** The ways in which clients fetch files from the farms. */
export const ways = ['passive FTP', 'active FTP', 'TFTP', 'SFTP'] as const;

/** One of {@link ways}. */
export type Way = (typeof ways)[number];

/** The file that names its server. */
export const nameFile = 'who.txt';

/** A client of the farms: curl, on a machine of its own, at the virtual address. */
export class FarmClient {
  readonly #machine: Machine;
  readonly #sshKey: string;

  /** @param sshKey path of the private key that logs in by SSH */
  constructor(machine: Machine, sshKey: string) {
    this.#machine = machine;
    this.#sshKey = sshKey;
  }

  /**
   * Fetches {@link nameFile}; gives what is in it.
   *
   * @throws Error when that fails or takes more than 3 s
   */
  async fetch(way: Way): Promise<string> {
    return (await this.#machine.run('curl', '-sS', '--max-time', '3', ...this.#address(way))).trim();
  }

  #address(way: Way): readonly string[] {
    switch (way) {
      case 'passive FTP':
        return [`ftp://${vip}/${nameFile}`];
      case 'active FTP':
        return ['--ftp-port', '-', `ftp://${vip}/${nameFile}`];
      case 'TFTP':
        return [`tftp://${vip}/${nameFile}`];
      case 'SFTP':
        // Two servers at one address: the client cannot know whose host key it will see.
        return ['--insecure', '--user', 'root:', '--key', this.#sshKey, `sftp://${vip}/~/${nameFile}`];
      default:
        return way satisfies never;
    }
  }
}
