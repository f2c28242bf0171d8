/** The four verdicts of a run, in the order of the Nagios exit codes. */
export const statuses = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;

/** The verdict of a run. OK and WARNING pass, CRITICAL fails, UNKNOWN is neutral. */
export type Status = (typeof statuses)[number];

/** The exit code of a plugin: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (monitoring-plugins guidelines, section 2.4). */
export const exitCodeOf = (status: Status): number => statuses.indexOf(status);

const bySeverity: readonly Status[] = ['OK', 'UNKNOWN', 'WARNING', 'CRITICAL'];

/** The worst of some verdicts, in the order OK < UNKNOWN < WARNING < CRITICAL; OK when there are none. */
export const worstStatus = (all: Iterable<Status>): Status => {
  let worst = 0;
  for (const status of all) worst = Math.max(worst, bySeverity.indexOf(status));
  return bySeverity[worst] ?? 'OK';
};
