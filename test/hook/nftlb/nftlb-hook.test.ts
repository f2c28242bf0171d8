import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { PartialFailure } from '../../../src/hook/hook.ts';
import { parseFarm, parseSessions } from '../../../src/hook/nftlb/farm-view.ts';
import { httpAnswer } from '../http-answer.ts';
import { change, driverFor, never } from './nftlb-driver.ts';
import { NftlbStandIn } from './nftlb-stand-in.ts';

afterEach(() => vi.unstubAllEnvs());

describe('an nftlb', () => {
  it.for([
    ['up', 'up'],
    ['drain', 'off'],
    ['down', 'down'],
  ] as const)('is brought to %s, its word %s, by reading, writing and reading again', async ([state, word]) => {
    await using nftlb = await NftlbStandIn.listen();
    nftlb.farms.get('ftp')?.set('b1', { state: 'config_error', mark: '0x201' });
    await driverFor(nftlb).apply([change('b1', state)], never);
    expect(nftlb.states).toEqual({ b1: word, b2: 'up' });
    expect(nftlb.asked.slice(0, 3)).toEqual(['GET /farms/ftp', 'PUT /farms', 'GET /farms/ftp']);
  });

  it('is not written to when it shows the state already', async () => {
    await using nftlb = await NftlbStandIn.listen();
    await driverFor(nftlb).apply([change('b1', 'up')], never);
    expect(nftlb.asked).toEqual(['GET /farms/ftp']);
  });

  it('takes a spare that is available for one that is up', async () => {
    await using nftlb = await NftlbStandIn.listen();
    nftlb.farms.get('ftp')?.set('b1', { state: 'available', mark: '0x201' });
    const driver = driverFor(nftlb);
    await driver.apply([change('b1', 'up')], never);
    expect(nftlb.asked).toEqual(['GET /farms/ftp']);
    expect(await driver.observe?.('ftp', never)).toEqual(
      new Map([
        ['b1', { state: 'up', word: 'available', manual: false }],
        ['b2', { state: 'up', word: 'up', manual: false }],
      ]),
    );
  });

  it('is changed in many backends by one request', async () => {
    await using nftlb = await NftlbStandIn.listen(1_000);
    nftlb.sessions = undefined;
    const driver = driverFor(nftlb, {}, systemClock, 1_000);
    await driver.apply(
      Array.from({ length: 1_000 }, (_, i) => change(`b${i + 1}`, i % 3 === 0 ? 'drain' : 'down')),
      never,
    );
    expect(Object.values(nftlb.states).filter((state) => state === 'down')).toHaveLength(666);
    expect(nftlb.asked).toHaveLength(3);
  });

  it('uses the names that the farm and its backends have there', async () => {
    await using nftlb = await NftlbStandIn.listen(0);
    nftlb.farms.set(
      'ftpfarm',
      new Map([
        ['bck0', { state: 'up', mark: '0x200' }],
        ['x', { state: 'up', mark: '0x201' }],
      ]),
    );
    const driver = driverFor(nftlb, { farm: 'ftpfarm', names: { b1: 'bck0' } });
    await driver.apply([change('b1', 'down')], never);
    expect(nftlb.farms.get('ftpfarm')?.get('bck0')?.state).toBe('down');
    expect([...((await driver.observe?.('ftp', never)) ?? [])]).toEqual([
      ['b1', { state: 'down', word: 'down', manual: false }],
    ]);
    expect(driver.name).toBe(`nftlb ftpfarm at ${nftlb.url}`);
  });

  it('makes no farm that is not there', async () => {
    await using nftlb = await NftlbStandIn.listen();
    const driver = driverFor(nftlb, { farm: 'ftp2' });
    await expect(driver.apply([change('b1', 'down')], never)).rejects.toThrow('nftlb has no farm ftp2');
    await expect(driver.observe?.('ftp', never)).rejects.toThrow('nftlb has no farm ftp2');
    expect([...nftlb.farms.keys()]).toEqual(['ftp']);
  });

  it('makes no backend that is not there, and is told of the others all the same', async () => {
    await using nftlb = await NftlbStandIn.listen(2);
    const applied = driverFor(nftlb).apply([change('b1', 'down'), change('b3', 'down')], never);
    await expect(applied).rejects.toMatchObject({
      failed: new Map([['b3', 'nftlb has no backend b3 in farm ftp']]),
    });
    await expect(applied).rejects.toBeInstanceOf(PartialFailure);
    expect(nftlb.states).toEqual({ b1: 'down', b2: 'up' });
  });

  it('shows an operator who may have switched a backend off, and what is wrong with another', async () => {
    await using nftlb = await NftlbStandIn.listen();
    nftlb.farms.get('ftp')?.set('b1', { state: 'off', mark: '' }).set('b2', { state: 'config_error', mark: '' });
    expect(await driverFor(nftlb).observe?.('ftp', never)).toEqual(
      new Map([
        ['b1', { state: 'drain', word: 'off', manual: true }],
        ['b2', { state: 'down', word: 'config_error', manual: false }],
      ]),
    );
  });

  it('has not done it when it still shows something else', async () => {
    await using nftlb = await NftlbStandIn.listen();
    nftlb.instead.push(
      undefined,
      httpAnswer('200 OK', '{"response": "success"}'),
      httpAnswer(
        '200 OK',
        JSON.stringify({
          farms: [
            { name: 'ftp', persistence: 'none', backends: [{ name: 'b1', state: 'config_error' }, { name: 'b2' }] },
          ],
        }),
      ),
    );
    await expect(driverFor(nftlb).apply([change('b1', 'down'), change('b2', 'up')], never)).rejects.toThrow(
      'nftlb shows config_error of b1 instead of down',
    );
  });
});

describe('clients that are bound to a backend', () => {
  it('are let go when it goes down, and only then', async () => {
    await using nftlb = await NftlbStandIn.listen();
    const driver = driverFor(nftlb);
    nftlb.sessions = new Map([
      ['b1', ['10.1.0.10']],
      ['b2', ['10.1.0.11']],
    ]);
    await driver.apply([change('b1', 'drain')], never);
    expect(nftlb.sessions.has('b1')).toBe(true);
    await driver.apply([change('b1', 'down')], never);
    expect([...nftlb.sessions.keys()]).toEqual(['b2']);
    expect(nftlb.asked.slice(-2)).toEqual(['GET /farms/ftp/sessions', 'DELETE /farms/ftp/backends/b1/sessions']);
  });

  it('are let go by the next attempt when the first could not', async () => {
    await using nftlb = await NftlbStandIn.listen();
    const driver = driverFor(nftlb);
    nftlb.sessions = new Map([['b1', ['10.1.0.10']]]);
    nftlb.instead.push(
      undefined,
      undefined,
      undefined,
      undefined,
      httpAnswer('500 Internal Server Error', '{"response":"busy"}'),
    );
    nftlb.sessions = new Map([['b1', ['10.1.0.10']]]);
    await expect(driver.apply([change('b1', 'down')], never)).rejects.toThrow(
      'answers DELETE with 500: {"response":"busy"}',
    );
    nftlb.sessions = new Map([['b1', ['10.1.0.10']]]);
    await driver.apply([change('b1', 'down')], never);
    expect(nftlb.sessions.size).toBe(0);
  });

  it('are not asked for in a farm without persistence, where that is an error', async () => {
    await using nftlb = await NftlbStandIn.listen();
    nftlb.sessions = undefined;
    await driverFor(nftlb).apply([change('b1', 'down')], never);
    expect(nftlb.asked).toEqual(['GET /farms/ftp', 'PUT /farms', 'GET /farms/ftp']);
  });
});

describe('what nftlb shows', () => {
  it('is read whatever it is', () => {
    const name = fc.constantFrom('name', 'farms', 'backends', 'state', 'sessions', 'backend', '__proto__');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(null, 1, true, 'ftp', 'up', 'b1'),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(name, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (shown) => {
        const farm = parseFarm(shown, 'ftp');
        for (const [backend, { state }] of farm?.backends ?? [])
          expect([typeof backend, typeof state]).toEqual(['string', 'string']);
        for (const backend of parseSessions(shown)) expect(typeof backend).toBe('string');
      }),
    );
  });
});
