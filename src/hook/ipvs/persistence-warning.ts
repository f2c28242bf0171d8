import { LocalFileError, readLocalFile } from '../../checker/local-file.ts';
import type { Logger } from '../../log/logger.ts';
import type { SavedService } from './saved-rules.ts';

/** Whether IPVS looks for another server for a client whose server has weight 0 (ipvs-sysctl). By network namespace. */
const setting = '/proc/sys/net/ipv4/vs/expire_quiescent_template';

/**
 * Warns, once until it changes, that a weight of 0 does not move the clients that a persistent service keeps with their
 * server.
 */
export class PersistenceWarning {
  readonly #log: Logger;
  readonly #read: () => Promise<string>;
  #warned = false;

  constructor(log: Logger, read: () => Promise<string> = () => readLocalFile(setting, 100)) {
    this.#log = log;
    this.#read = read;
  }

  /** Looks at a service whose backends get weight 0. */
  async look({ persistent, service: { key } }: SavedService): Promise<void> {
    const value = persistent ? (await this.#value()).trim() : undefined;
    const isBad = value === '0';
    if (isBad && !this.#warned)
      this.#log.warn(
        { service: key },
        `IPVS keeps clients of ${key} with their server even at weight 0: set net.ipv4.vs.expire_quiescent_template=1, or onDown: remove`,
      );
    this.#warned = isBad;
  }

  async #value(): Promise<string> {
    try {
      return await this.#read();
    } catch (error) {
      if (error instanceof LocalFileError) return '';
      throw error;
    }
  }
}
