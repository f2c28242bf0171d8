import { type DestinationStream, type Logger as Pino, pino } from 'pino';
import pretty from 'pino-pretty';

/** Log levels in the order of their weight. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;

/** A name of {@link logLevels}. */
export type LogLevel = (typeof logLevels)[number];

/** How the daemon's log is written. */
export interface LogOptions {
  /** Least level that is written. Default `info`. */
  readonly level?: LogLevel;
  /** Coloured lines for people instead of JSON for machines. */
  readonly pretty: boolean;
  /** Where lines go: usually standard error or a terminal. */
  readonly destination: NodeJS.WritableStream & DestinationStream;
}

/** The daemon's logger: pino JSON, or pretty lines on a terminal. */
export const createLogger = ({ level = 'info', pretty: forPeople, destination }: LogOptions): Pino => {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (!forPeople) return pino(options, destination);
  const people = pretty({
    destination,
    colorize: true,
    translateTime: 'SYS:HH:MM:ss.l',
    messageFormat: ({ farm, backend, msg }) =>
      [[farm, backend].filter(Boolean).join('/'), msg].filter(Boolean).join(': '),
    ignore: 'farm,backend',
    singleLine: true,
    sync: true,
  });
  return pino(options, people);
};
