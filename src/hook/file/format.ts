import type { DesiredState } from '../../health/desired-state.ts';
import type { HookFarm } from '../hook.ts';

/** What is written of one backend. */
export interface Entry {
  readonly state: DesiredState;
  readonly code: string;
  readonly summary: string;
  readonly sequence: number;
  readonly at: string;
}

/** What stands in a file: entries by the backends' ids. A backend nothing is known of is missing. */
export type Entries = ReadonlyMap<string, Entry>;

/** What a file is of: a farm, or one backend of it, and what backends are called there. */
export interface FileSubject {
  readonly farm: HookFarm;
  readonly nameOf: (backend: string) => string;
}

/** A way to write the states of backends, and to read them back. */
export interface Format {
  /** The whole file. */
  render(entries: Entries, subject: FileSubject): string;
  /** What a file says; `undefined` when it is none of ours. */
  parse(text: string, subject: FileSubject): Entries | undefined;
}

const states: readonly DesiredState[] = ['up', 'drain', 'down'];
const isState = (word: unknown): word is DesiredState => (states as readonly unknown[]).includes(word);

/** What is known of an entry of which a file has only the state. */
const stateOnly = (state: DesiredState): Entry => ({ state, code: '', summary: '', sequence: 0, at: '' });

/** One object: the farm, and by name each backend with all that is known. */
const json: Format = {
  render: (entries, { farm: { id, vip, backends }, nameOf }) => {
    const all = backends.flatMap(({ id: backend, host, port }) => {
      const entry = entries.get(backend);
      if (!entry) return [];
      const { state, code, summary, sequence, at } = entry;
      return [[nameOf(backend), { host, port, state, code, summary, sequence, at }]];
    });
    return `${JSON.stringify({ farm: id, vip, backends: Object.fromEntries(all) }, null, 2)}\n`;
  },
  parse: (text, { farm: { backends }, nameOf }) => {
    try {
      const { backends: found } = JSON.parse(text);
      const entries = backends.flatMap(({ id }): [string, Entry][] => {
        const name = nameOf(id);
        if (!Object.hasOwn(found, name)) return [];
        const { state, code, summary, sequence, at } = found[name];
        return isState(state) ? [[id, { state, code, summary, sequence, at }]] : [];
      });
      return new Map(entries);
    } catch {
      return undefined;
    }
  },
};

/** `NAME STATE HOST PORT`, a line for each backend. */
const lines: Format = {
  render: (entries, { farm, nameOf }) =>
    farm.backends
      .flatMap(({ id, host, port }) => {
        const entry = entries.get(id);
        return entry ? [`${nameOf(id)} ${entry.state} ${host} ${port}\n`] : [];
      })
      .join(''),
  parse: (text, { farm, nameOf }) => {
    const words = text.split('\n').map((line) => line.split(' '));
    const entries = farm.backends.flatMap(({ id }): [string, Entry][] => {
      const [, state] = words.find(([name]) => name === nameOf(id)) ?? [];
      return isState(state) ? [[id, stateOnly(state)]] : [];
    });
    return new Map(entries);
  },
};

/** A number that keepalived reads (`track_file`, `FILE_CHECK`): 0 for `up`, 1 for `drain`, 2 for `down`. */
const keepalived: Format = {
  render: (entries, { farm: { backends } }) => {
    const [entry] = backends.flatMap(({ id }) => entries.get(id) ?? []);
    return entry ? `${states.indexOf(entry.state)}\n` : '';
  },
  parse: (text, { farm: { backends } }) => {
    const state = states[Number(/^(\d)\n$/.exec(text)?.[1] ?? Number.NaN)];
    return state && new Map(backends.map(({ id }) => [id, stateOnly(state)]));
  },
};

/** The formats, by the word for them in a config. */
export const formats = { json, lines, keepalived } as const;
