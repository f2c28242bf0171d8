import type { BackendChange } from '../../src/hook/hook.ts';

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
