import { expect, it } from 'vitest';
import { type Control, controlPages } from '../../src/status/control.ts';
import { FarmLab } from '../guardian/a-farm.ts';
import { asked } from './asked.ts';

const b1 = '/api/v1/farms/ftp/backends/b1/order';
const drain = { state: 'drain', author: 'alice', reason: 'a new disk', until: null };

const reload: Control['reload'] = async () => ({ kept: ['ftp/b1'], changed: [], added: [], removed: [] });

const open = async (parts: Partial<Control> = {}) => {
  const lab = await FarmLab.open();
  const guardian = await lab.start();
  const pages = controlPages({ guardian: () => guardian, reload, ...parts });
  return {
    lab,
    guardian,
    post: (url: string, order: unknown) => pages(asked(url, order)),
    [Symbol.asyncDispose]: async () => {
      await guardian.stop();
      await lab[Symbol.asyncDispose]();
    },
  };
};

it('orders, and answers with what is desired then', async () => {
  await using open1 = await open();
  const { lab, guardian, post } = open1;
  await lab.clock.advance(10_000);
  expect(await post(b1, drain)).toMatchObject({ code: 200, body: { id: 'b1', desired: 'drain' } });
  await lab.clock.advance(1);
  expect(lab.told).toContain('ftp/b1 drain');
  expect(guardian.status().farms[0]?.backends[0]?.admin).toMatchObject({ author: 'alice', reason: 'a new disk' });
});

it('checks now', async () => {
  await using open1 = await open();
  const { lab, guardian, post } = open1;
  expect(await post('/api/v1/recheck', { names: ['ftp/b2'] })).toEqual({ code: 200, body: { checks: 1 } });
  await lab.clock.advance(0);
  expect(guardian.status().farms[0]?.backends.map(({ health }) => health)).toEqual(['starting', 'up']);
  expect(await post('/api/v1/recheck', { names: [] })).toEqual({ code: 200, body: { checks: 2 } });
});

it('reads the config again, or says why not', async () => {
  await using taken = await open();
  expect(await taken.post('/api/v1/reload', {})).toEqual({ code: 200, body: await reload() });
  await using refused = await open({ reload: async () => Promise.reject(new Error('farms: missing')) });
  expect(await refused.post('/api/v1/reload', {})).toEqual({ code: 422, body: { error: 'farms: missing' } });
});

it.each([
  ['/api/v1/farms/ftp/backends/b9/order', drain, 404, 'no backend in farm ftp "b9"; there are: b1, b2'],
  ['/api/v1/farms/fpt/backends/b1/order', drain, 404, 'no farm "fpt"; did you mean "ftp"?'],
  ['/api/v1/recheck', { names: ['ftp/b9'] }, 404, 'no backend in farm ftp "b9"; there are: b1, b2'],
  [b1, 'not json', 400, 'malformed order: '],
  [b1, { ...drain, state: 'sideways' }, 400, 'malformed order: '],
  [b1, { ...drain, author: '' }, 400, 'malformed order: '],
  [b1, { ...drain, reason: 'x'.repeat(1_001) }, 400, 'malformed order: '],
  [b1, { ...drain, until: 'tomorrow' }, 400, 'malformed order: '],
  [b1, { ...drain, until: 8.7e15 }, 400, 'malformed order: '],
  [b1, { ...drain, more: 1 }, 400, 'malformed order: '],
  ['/api/v1/recheck', {}, 400, 'malformed order: '],
])('refuses POST %s %j with %d', async (url, order, code, error) => {
  await using open1 = await open();
  expect(await open1.post(url, order)).toEqual({ code, body: { error: expect.stringContaining(error) } });
  expect(open1.guardian.status().farms[0]?.backends[0]?.admin).toBeNull();
});

it('leaves other pages to others, and has nobody to order before the start', async () => {
  await using open1 = await open();
  expect(await open1.post('/api/v1/nothing', {})).toBeUndefined();
  const early = controlPages({ guardian: () => undefined, reload });
  expect(await early(asked(b1))).toBeUndefined();
  expect(await early(asked(b1, drain))).toEqual({ code: 503, body: { error: 'the guardian is starting' } });
});
