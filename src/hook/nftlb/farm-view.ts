import { cleanText } from '../../checker/clean-text.ts';
import type { DesiredState } from '../../health/desired-state.ts';
import type { ObservedState } from '../hook.ts';

/** A backend as nftlb shows it. */
export interface BackendView {
  /** `up`, `available`, `down`, `off` or `config_error`. */
  readonly state: string;
  /** The mark of its connections, such as `0x201`; empty when it shows none. */
  readonly mark: string;
}

/** A farm as nftlb shows it. */
export interface FarmView {
  /** Whether clients stay with their backend. */
  readonly sticky: boolean;
  readonly backends: ReadonlyMap<string, BackendView>;
}

/** Our words for states, as nftlb takes them. A word it does not know it would take for `up`. */
export const wordFor = { up: 'up', drain: 'off', down: 'down' } as const satisfies Record<DesiredState, string>;

/** What nftlb shows of a backend that has been brought to a state; spares, by priority, show `available`. */
export const holds = ({ state: word }: BackendView, state: DesiredState): boolean =>
  word === wordFor[state] || (state === 'up' && word === 'available');

/** What nftlb's state means. `off` is what its operators set for maintenance, and what we drain with. */
export const observed = ({ state }: BackendView): ObservedState => {
  const word = cleanText(state).slice(0, 40);
  if (state === 'up' || state === 'available') return { state: 'up', word, manual: false };
  return state === 'off' ? { state: 'drain', word, manual: true } : { state: 'down', word, manual: false };
};

/** Reads the answer to `GET /farms/NAME`; `undefined` when it is not about that farm, or about nothing we know. */
export const parseFarm = (body: unknown, name: string): FarmView | undefined => {
  const farm = listIn(body, 'farms').find((one) => textIn(one, 'name') === name);
  if (farm === undefined) return undefined;
  const backends = listIn(farm, 'backends').map((backend): [string, BackendView] => [
    textIn(backend, 'name'),
    { state: textIn(backend, 'state'), mark: textIn(backend, 'mark') },
  ]);
  // It shows the kind of persistence with a blank behind it.
  return { sticky: !['', 'none'].includes(textIn(farm, 'persistence').trim()), backends: new Map(backends) };
};

/** Reads the answer to `GET /farms/NAME/sessions`: the backends that clients are bound to. */
export const parseSessions = (body: unknown): ReadonlySet<string> =>
  new Set(listIn(body, 'sessions').map((session) => textIn(session, 'backend')));

const fieldIn = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;

const listIn = (value: unknown, key: string): readonly unknown[] => {
  const list = fieldIn(value, key);
  return Array.isArray(list) ? list : [];
};

const textIn = (value: unknown, key: string): string => {
  const text = fieldIn(value, key);
  return typeof text === 'string' ? text : '';
};
