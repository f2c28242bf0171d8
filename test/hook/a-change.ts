import type { BackendChange, HookFarm } from '../../src/hook/hook.ts';

/** A change with all fields set, some of them as given. */
export const aChange = (parts: Partial<BackendChange> = {}): BackendChange => ({
  farm: 'ftp',
  vip: '10.1.0.100:21',
  backend: 'b1',
  host: '10.2.0.11',
  port: 21,
  state: 'down',
  previous: 'up',
  code: 'refused',
  summary: 'Connection refused',
  sequence: 7,
  at: '2026-01-01T00:00:00.000Z',
  ...parts,
});

/** The farm of {@link aChange}, with backends b1, b2 … */
export const aFarm = (backends = 2): HookFarm => ({
  id: 'ftp',
  vip: '10.1.0.100:21',
  backends: Array.from({ length: backends }, (_, i) => ({ id: `b${i + 1}`, host: `10.2.0.${11 + i}`, port: 21 })),
});
