import { cleanText } from '../checker/clean-text.ts';
import type { Clock, Timer } from '../clock/clock.ts';
import type { Logger } from '../log/logger.ts';
import { runInTime } from '../process/run-in-time.ts';

/** What a supervisor is told with. */
export interface SupervisorOptions {
  /** The environment that the supervisor gave us. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Finds `systemd-notify` where distributions put it, whatever the service's own PATH is. */
const path = '/usr/local/bin:/usr/bin:/bin';

/** How long one notification may take: `systemd-notify` itself waits 5 s until it is heard. */
const patienceMs = 6_000;

/** How often it is tried to tell what would get us ended if it were lost: that we run. */
const attempts = 3;

/**
 * Tells systemd how we are (sd_notify(3)), when it asks for it. Node has no datagram sockets for unix paths, so that
 * this takes the program `systemd-notify`, which stands wherever systemd does; one run of it costs some milliseconds.
 * The unit needs `NotifyAccess=all`, since it is not the main process that speaks.
 */
export class Supervisor implements AsyncDisposable {
  readonly #options: SupervisorOptions;
  readonly #stop = new AbortController();
  /** One after the other: systemd must hear them in order. */
  #telling: Promise<void> = Promise.resolve();
  #watchdog: Timer | undefined;
  #stuck = false;
  #stops = false;
  /** How many things are still to be told. */
  #untold = 0;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Says that the guardian runs, and from now on, more often than systemd wants, that the scheduler turns. */
  ready(status: string, turns: () => boolean): void {
    this.#tell(['READY=1', `STATUS=${status}`], attempts);
    const everyMs = watchdogMs(this.#options);
    if (everyMs !== undefined) this.#watch(everyMs, turns);
  }

  /** Says that a config is being read, and, once that has come to an end, that the guardian runs. */
  async reloading<Report>(reload: Promise<Report>, status: () => string): Promise<Report> {
    this.#tell(['RELOADING=1']);
    try {
      return await reload;
    } finally {
      this.#tell(['READY=1', `STATUS=${status()}`], attempts);
    }
  }

  /** Says that the guardian stops, and waits until that is said. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#watchdog?.cancel();
    this.#stops = true;
    this.#tell(['STOPPING=1']);
    await this.#telling;
    this.#stop.abort();
  }

  #watch(everyMs: number, turns: () => boolean): void {
    this.#watchdog = this.#options.clock.setTimer(() => {
      const stuck = !turns();
      // One that is still being told says the same, and a slow systemd must not get a queue of them.
      if (!stuck && this.#untold === 0) this.#tell(['WATCHDOG=1']);
      if (stuck && !this.#stuck)
        this.#options.log.error({}, 'the scheduler is stuck: the watchdog is not told that it turns');
      this.#stuck = stuck;
      this.#watch(everyMs, turns);
    }, everyMs);
  }

  #tell(assignments: readonly string[], most = 1): void {
    if (!this.#options.env['NOTIFY_SOCKET']) return;
    this.#untold++;
    this.#telling = this.#telling.then(async () => {
      for (let attempt = 1; !(await this.#isTold(assignments)); attempt++) if (attempt >= most || this.#stops) break;
      this.#untold--;
    });
  }

  async #isTold(assignments: readonly string[]): Promise<boolean> {
    const { env, pid, clock, log } = this.#options;
    const { exitCode, summary } = await runInTime('systemd-notify', [`--pid=${pid}`, ...assignments], {
      environment: { NOTIFY_SOCKET: env['NOTIFY_SOCKET'] ?? '', PATH: env['PATH'] ?? path },
      timeoutMs: patienceMs,
      clock,
      signal: this.#stop.signal,
    });
    if (exitCode !== 0) log.warn({ assignments }, `systemd was not told: systemd-notify: ${cleanText(summary)}`);
    return exitCode === 0;
  }
}

/**
 * A quarter of the time after which systemd takes us for stuck, so that one notification may be lost on a busy machine;
 * `undefined` when it does not watch us.
 */
const watchdogMs = ({ env, pid }: SupervisorOptions): number | undefined => {
  const [usec, watched] = [Number(env['WATCHDOG_USEC'] ?? 0), env['WATCHDOG_PID']];
  const isForUs = watched === undefined || watched === String(pid);
  return usec > 0 && isForUs ? usec / 4_000 : undefined;
};
