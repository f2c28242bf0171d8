import { expect, it } from 'vitest';
import { FormerBackends } from '../../src/guardian/former-backends.ts';

it('remembers what balancers may still show because of us, and nothing else', () => {
  const former = new FormerBackends();
  former.left('ftp/b1', { told: { haproxy: ['down'], exec: ['up'] } });
  former.left('ftp/b2', { told: { haproxy: ['up'] } });
  former.left('ftp/b3', { told: {} });
  former.left('ftp/b4', { told: { haproxy: ['up', 'drain'] } });
  former.returned('ftp/b4');
  expect([...former.records]).toMatchObject([
    ['ftp/b1', { health: { state: 'starting' }, admin: null, told: { haproxy: ['down'], exec: ['up'] } }],
  ]);
});

it('forgets the eldest of very many', () => {
  const former = new FormerBackends();
  for (let n = 0; n < 1_100; n++) former.left(`ftp/b${n}`, { told: { exec: ['down'] } });
  former.left('ftp/b200', { told: { exec: ['drain'] } });
  const ids = [...former.records.keys()];
  expect([ids.length, ids[0], ids.at(-1)]).toEqual([1_000, 'ftp/b100', 'ftp/b200']);
});
