import { type Ipvsadm, whyFailed } from './ipvsadm.ts';
import type { Remembered } from './remembered.ts';
import { parseSavedRules, type RealServer, type SavedService } from './saved-rules.ts';
import { renderEndpoint, type Service } from './service.ts';
import { parseThresholds, type ThresholdTable } from './thresholds.ts';

/** A real server with its thresholds: all that ipvsadm must be told anew with each change. */
export type FullServer = NonNullable<Remembered['server']>;

/** The table of IPVS, by way of ipvsadm. */
export class IpvsTable {
  readonly #ipvsadm: Ipvsadm;

  constructor(ipvsadm: Ipvsadm) {
    this.#ipvsadm = ipvsadm;
  }

  /**
   * Reads a service.
   *
   * @throws Error when there is none, or the table cannot be read
   */
  async read({ key }: Service, signal: AbortSignal): Promise<SavedService> {
    const found = parseSavedRules(await this.#run(['-Sn'], signal)).get(key);
    if (!found) throw new Error(`IPVS has no service ${key}`);
    return found;
  }

  /** Reads the thresholds of all real servers, which {@link read} does not show. */
  async readThresholds(signal: AbortSignal): Promise<ThresholdTable> {
    return parseThresholds(await this.#run(['-Ln', '--thresholds'], signal));
  }

  /** Changes a real server to a weight. ipvsadm sets anew what it is not told, so it is told everything. */
  async edit({ words }: Service, server: FullServer, weight: number, signal: AbortSignal): Promise<void> {
    await this.#run(['-e', ...words, ...serverWords(server, weight)], signal);
  }

  /** Adds a real server. */
  async add({ words }: Service, server: FullServer, weight: number, signal: AbortSignal): Promise<void> {
    await this.#run(['-a', ...words, ...serverWords(server, weight)], signal);
  }

  /** Removes a real server. */
  async remove({ words }: Service, server: RealServer, signal: AbortSignal): Promise<void> {
    await this.#run(['-d', ...words, '-r', renderEndpoint(server)], signal);
  }

  async #run(args: readonly string[], signal: AbortSignal): Promise<string> {
    const end = await this.#ipvsadm(args, signal);
    if (end.exitCode !== 0) throw new Error(whyFailed(end));
    return end.stdout;
  }
}

const serverWords = (server: FullServer, weight: number): string[] => {
  const { method, flags, upper, lower } = server;
  const thresholds = [...(upper > 0 ? ['-x', String(upper)] : []), ...(lower > 0 ? ['-y', String(lower)] : [])];
  return ['-r', renderEndpoint(server), method, '-w', String(weight), ...flags, ...thresholds];
};
