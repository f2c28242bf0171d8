import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackendChange } from '../../src/hook/hook.ts';

/** What an exec hook was told: the object on its standard input. */
export type Delivery = BackendChange;

/** A program for an exec hook that writes down what it is told, one delivery a line. */
export class HookLog {
  /** The hook's entry in a config. */
  readonly hook: {
    readonly type: 'exec';
    readonly command: readonly string[];
    readonly timeout: string;
    readonly resync: 'off';
  };
  readonly #file: string;

  /** Puts the program, and what it writes, into `folder`. */
  constructor(folder: string) {
    const program = join(folder, 'on-change');
    this.#file = join(folder, 'deliveries');
    writeFileSync(this.#file, '');
    // One write a delivery, so that two at once do not mix.
    const script = `#!/bin/sh\njson=$(cat)\nprintf '%s %s %s %s\\n' "$1" "$2" "$3" "$json" >>'${this.#file}'\n`;
    writeFileSync(program, script, { mode: 0o755 });
    this.hook = { type: 'exec', command: [program, '{farm}', '{backend}', '{state}'], timeout: '10s', resync: 'off' };
  }

  /**
   * All deliveries so far, in order.
   *
   * @throws Error when the arguments of one say something else than its JSON
   */
  deliveries(): Delivery[] {
    return readFileSync(this.#file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const [farm, backend, state, ...json] = line.split(' ');
        const delivery = JSON.parse(json.join(' ')) as Delivery;
        if (delivery.farm !== farm || delivery.backend !== backend || delivery.state !== state)
          throw new Error(`arguments and JSON differ: ${line}`);
        return delivery;
      });
  }

  /** The same, as `FARM/BACKEND STATE`. */
  told(): string[] {
    return this.deliveries().map(({ farm, backend, state }) => `${farm}/${backend} ${state}`);
  }
}
