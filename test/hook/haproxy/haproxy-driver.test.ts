import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect } from 'vitest';
import type { Clock } from '../../../src/clock/clock.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import type { DesiredState } from '../../../src/health/desired-state.ts';
import { haproxyHook } from '../../../src/hook/haproxy/haproxy-hook.ts';
import { haproxyHookOptions } from '../../../src/hook/haproxy/options.ts';
import { silentLogger } from '../../../src/log/logger.ts';
import { itInFolder as it } from '../../temporary-folder.ts';
import { aChange, aFarm } from '../a-change.ts';
import { HaproxyStandIn } from './haproxy-stand-in.ts';

const never = new AbortController().signal;

const driverFor = (options: object, clock: Clock = systemClock, size = 3) =>
  haproxyHook.create(v.parse(haproxyHookOptions, options), { clock, log: silentLogger, farm: aFarm(size) });

const change = (backend: string, state: DesiredState) => aChange({ backend, state });

describe('a HAProxy', () => {
  it.for([
    ['up', 0, 'ready'],
    ['drain', 8, 'drain'],
    ['down', 1, 'maint'],
  ] as const)('is brought to %s, its flags %i, and read back', async ([state, flags, word], { folder }) => {
    await using haproxy = await HaproxyStandIn.listen(folder);
    haproxy.servers.set('b1', 5);
    await driverFor({ socket: haproxy.socket }).apply([change('b1', state)], never);
    expect(haproxy.servers.get('b1')).toBe(flags);
    expect(haproxy.lines).toEqual([`set server ftp/b1 state ${word}`, 'show info; show servers state ftp']);
  });

  it('uses the names that the backend and its servers have there', async ({ folder }) => {
    await using haproxy = await HaproxyStandIn.listen(folder, 0);
    haproxy.servers.set('srv-1', 0).set('other', 0);
    const driver = driverFor({ socket: haproxy.socket, backend: 'ftp', names: { b1: 'srv-1' } });
    await driver.apply([change('b1', 'down')], never);
    expect(await driver.observe?.('ftp', never)).toEqual(
      new Map([['b1', { state: 'down', word: 'MAINT', manual: true }]]),
    );
    expect(driver.name).toBe(`haproxy ftp at ${haproxy.socket}`);
  });

  it('is told of many servers in lines that fit into its buffer', async ({ folder }) => {
    await using haproxy = await HaproxyStandIn.listen(folder, 1_000);
    const changes = Array.from({ length: 1_000 }, (_, i) => change(`b${i + 1}`, 'down'));
    await driverFor({ socket: haproxy.socket }, systemClock, 1_000).apply(changes, never);
    expect([...haproxy.servers.values()].every((flags) => flags === 1)).toBe(true);
    expect(haproxy.lines.length).toBeLessThan(8);
  });

  it.for([
    [0x00, 'up', 'ready', false],
    [0x01, 'down', 'MAINT', true],
    [0x05, 'down', 'MAINT (config)', true],
    [0x04, 'up', 'ready', false],
    [0x02, 'down', 'MAINT (as the server it tracks)', true],
    [0x20, 'down', 'MAINT (its name does not resolve)', true],
    [0x08, 'drain', 'DRAIN', true],
    [0x10, 'drain', 'DRAIN', true],
    [0x09, 'down', 'MAINT', true],
    [0x40, 'up', 'ready', false],
  ] as const)('means by the flags %i: %s', async ([flags, state, word, manual], { folder }) => {
    await using haproxy = await HaproxyStandIn.listen(folder);
    haproxy.servers.set('b1', flags);
    const seen = await driverFor({ socket: haproxy.socket }).observe?.('ftp', never);
    expect(seen?.get('b1')).toEqual({ state, word, manual });
  });

  it('ends sessions with a server that goes down, where that is asked for', async ({ folder }) => {
    await using haproxy = await HaproxyStandIn.listen(folder);
    const driver = driverFor({ socket: haproxy.socket, shutdownSessions: true });
    await driver.apply([change('b1', 'drain'), change('b2', 'up')], never);
    expect(haproxy.ended).toEqual([]);
    await driver.apply([change('b1', 'down'), change('b2', 'up')], never);
    expect(haproxy.ended).toEqual(['b1']);
  });
});

describe('a HAProxy at fault', () => {
  it('without the server: it is told of the others all the same', async ({ folder }) => {
    await using haproxy = await HaproxyStandIn.listen(folder);
    const applied = driverFor({ socket: haproxy.socket }).apply([change('b1', 'down'), change('b3', 'down')], never);
    await expect(applied).rejects.toMatchObject({
      failed: new Map([['b3', 'haproxy has no server b3 in backend ftp']]),
    });
    expect(haproxy.servers.get('b1')).toBe(1);
  });

  it('without the backend', async ({ folder }) => {
    await using haproxy = await HaproxyStandIn.listen(folder);
    const driver = driverFor({ socket: haproxy.socket, backend: 'web' });
    await expect(driver.apply([change('b1', 'down')], never)).rejects.toThrow('haproxy has no backend web');
    await expect(driver.observe?.('ftp', never)).rejects.toThrow('haproxy has no backend web');
  });

  it('whose socket lets us only look', async ({ folder }) => {
    await using haproxy = await HaproxyStandIn.listen(folder);
    haproxy.readOnly = true;
    await expect(driverFor({ socket: haproxy.socket }).apply([change('b1', 'down')], never)).rejects.toThrow(
      'haproxy shows ready of b1 instead of maint in backend ftp: Permission denied',
    );
  });

  it.for([
    [
      'with garbage',
      'HTTP/1.1 400 Bad Request\r\n\r\n\x1b[31m',
      'haproxy does not answer as HAProxy does, or only by half: HTTP/1.1 400',
    ],
    ['with nothing', '', 'the connection was closed without an answer'],
    [
      'with half a table',
      'Pid: 1\n\n1\n# be_id be_name srv_name srv_admin_state\n3 ftp b1 0\n3 ftp b2',
      'or only by half',
    ],
    ['with a table cut between two lines', 'Pid: 1\n\n1\n# srv_name srv_admin_state\nb1 0\n', 'or only by half'],
  ] as const)('that answers %s', async ([, instead, message], { folder }) => {
    await using haproxy = await HaproxyStandIn.listen(folder);
    haproxy.instead.push(instead);
    await expect(driverFor({ socket: haproxy.socket }).observe?.('ftp', never)).rejects.toThrow(message);
  });

  it('that does not answer', async ({ folder }) => {
    await using haproxy = await HaproxyStandIn.listen(folder);
    const clock = new ManualClock();
    haproxy.instead.push('nothing');
    const applied = driverFor({ socket: haproxy.socket, timeout: '2s' }, clock).apply([change('b1', 'down')], never);
    applied.catch(() => {});
    await expect.poll(() => haproxy.lines).toHaveLength(1);
    await clock.advance(2_000);
    await expect(applied).rejects.toThrow(`haproxy at ${haproxy.socket}: no answer within 2 s`);
  });

  it('that is not there', async ({ folder }) => {
    const socket = join(folder, 'gone.sock');
    await expect(driverFor({ socket }).apply([change('b1', 'down')], never)).rejects.toThrow(
      `haproxy at ${socket}: No such file or directory`,
    );
    await expect(driverFor({ socket: '127.0.0.1:1' }).apply([change('b1', 'down')], never)).rejects.toThrow(
      'haproxy at 127.0.0.1:1: Connection refused',
    );
  });
});

describe('options', () => {
  it.for([
    [{}, 'or agentListen is required'],
    [{ socket: 'haproxy.sock' }, 'must be an absolute path, or HOST:PORT'],
    [{ socket: '/s', agentListen: '9721' }, 'must be HOST:PORT'],
    [{ socket: '/s', backend: 'ftp; shutdown' }, 'must be a name as HAProxy has them'],
    [{ socket: '/s', warningWeight: 50 }, 'needs agentListen'],
    [{ agentListen: '127.0.0.1:9721', shutdownSessions: true }, 'needs a socket'],
    [{ agentListen: '127.0.0.1:9721', warningWeight: 0 }, 'from 1 on'],
  ])('are refused: %j', ([options, message]) => {
    const { issues = [] } = v.safeParse(haproxyHookOptions, options);
    expect(issues.map((issue) => issue.message).join()).toContain(message);
  });

  it.for([
    [{ b1: 'srv 1' }, 'names: HAProxy has no server "srv 1"'],
    [{ b1: 'srv;1' }, 'names: HAProxy has no server "srv;1"'],
    [{ b9: 'srv1' }, 'names.b9: farm ftp has no such backend'],
    [{ b1: 'srv1' }, undefined],
  ] as const)('are looked at before the start: names %j', async ([names, complaint]) => {
    expect(await haproxyHook.preflight(v.parse(haproxyHookOptions, { socket: '/s', names }), aFarm())).toBe(complaint);
  });
});
