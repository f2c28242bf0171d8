import { styleText } from 'node:util';
import type { Clock, Timer } from '../../clock/clock.ts';
import type { GuardianStatus } from '../../guardian/guardian-status.ts';
import { statusTable } from '../../status/status-table.ts';

/** Where the demo shows what happens. */
export interface DemoScreen extends Disposable {
  /** Shows one event. */
  say(line: string): void;
}

/** How often the live table is drawn anew. */
const redrawMs = 150;
/** How many of the newest events stay below the live table. */
const shownEvents = 14;

/** A line for each event: for pipes and files. */
export const plainScreen = (stdout: NodeJS.WriteStream): DemoScreen => ({
  say: (line) => void stdout.write(`${line}\n`),
  [Symbol.dispose]: () => {},
});

/** A table of all backends that stays in place, and the newest events below it. */
export const liveScreen = (stdout: NodeJS.WriteStream, clock: Clock, status: () => GuardianStatus): DemoScreen => {
  const events: string[] = [];
  let drawn = 0;
  let timer: Timer | undefined;
  const draw = () => {
    timer?.cancel();
    const width = Math.max(40, stdout.columns ?? 80) - 1;
    const [head = '', ...rows] = statusTable(status(), clock.wallTime()).map((line) => line.slice(0, width));
    const lines = [styleText('bold', head), ...rows.map(paint), '', ...events.slice(-shownEvents).map(paintEvent)];
    const up = drawn > 0 ? `\u001b[${drawn}A\r` : '';
    stdout.write(`${up}\u001b[J${lines.join('\n')}\n`);
    drawn = lines.length;
    timer = clock.setTimer(draw, redrawMs);
  };
  draw();
  return {
    say: (line) => {
      events.push(line.slice(0, Math.max(40, stdout.columns ?? 80) - 1));
      draw();
    },
    [Symbol.dispose]: () => {
      draw();
      timer?.cancel();
    },
  };
};

const colours = { up: 'green', falling: 'yellow', down: 'red', rising: 'yellow', starting: 'gray' } as const;

/** Colours the health in a row of the table. */
const paint = (row: string): string =>
  row.replace(/ (up|falling|down|rising|starting)( \d+\/\d+)?(?= )/, (all, health: keyof typeof colours) =>
    styleText(colours[health], all),
  );

/** Makes what broke and was mended stand out, and what the hook did stand back. */
const paintEvent = (line: string): string => {
  if (/^ *[\d.]+s {6}/.test(line)) return styleText('gray', line);
  if (/ is down: /.test(line)) return styleText('red', line);
  if (/ is up: /.test(line)) return styleText('green', line);
  return styleText('bold', line);
};
