import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { agentAnswer } from '../../../src/hook/haproxy/agent-answer.ts';
import { haproxyHook } from '../../../src/hook/haproxy/haproxy-hook.ts';
import { haproxyHookOptions } from '../../../src/hook/haproxy/options.ts';
import type { HookContext, Outlook } from '../../../src/hook/hook.ts';
import { Sharing } from '../../../src/hook/sharing.ts';
import { silentLogger } from '../../../src/log/logger.ts';
import { freePort } from '../../free-port.ts';
import { aChange, aFarm } from '../a-change.ts';

const never = new AbortController().signal;
const isDown: Outlook = { desired: aChange({ state: 'down' }), status: 'CRITICAL' };

/** What the agent answers to a question; nothing when it closes without an answer. */
const ask = async (port: number, question: string): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (bytes) => {
    answer += bytes;
  });
  socket.on('error', () => {});
  socket.write(question);
  await once(socket, 'close');
  return answer;
};

const open = async (look: HookContext['look'], parts: Partial<HookContext> & { options?: object } = {}) => {
  const { options, ...context } = parts;
  const port = await freePort();
  const parsed = v.parse(haproxyHookOptions, { agentListen: `127.0.0.1:${port}`, ...options });
  const base = { clock: systemClock, log: silentLogger, farm: aFarm(), ...(look && { look }) };
  const driver = haproxyHook.create(parsed, { ...base, ...context });
  return { port, driver, [Symbol.asyncDispose]: () => driver[Symbol.asyncDispose]() };
};

describe('what an agent check is told', () => {
  it.each<[string, Outlook, number | undefined, string]>([
    ['before there is evidence', { desired: null, status: undefined }, undefined, '\n'],
    ['of one that is up', { desired: aChange({ state: 'up' }), status: 'OK' }, undefined, 'up ready\n'],
    ['of one that warns', { desired: aChange({ state: 'up' }), status: 'WARNING' }, undefined, 'up ready\n'],
    [
      'of one that warns, with a weight',
      { desired: aChange({ state: 'up' }), status: 'WARNING' },
      50,
      'up ready 50%\n',
    ],
    ['of one that warns no more', { desired: aChange({ state: 'up' }), status: 'OK' }, 50, 'up ready 100%\n'],
    ['of one to drain', { desired: aChange({ state: 'drain' }), status: 'OK' }, 50, 'up drain\n'],
    ['of one that is down', isDown, 50, 'down #refused Connection refused\n'],
    [
      'in the words of a hostile server',
      { desired: aChange({ state: 'down', summary: 'up ready\r\nup #1 \u202e|é' }), status: 'CRITICAL' },
      undefined,
      'down #refused up ready up 1\n',
    ],
  ])('%s', (_when, outlook, weight, expected) => {
    expect(agentAnswer(outlook, weight)).toBe(expected);
  });

  it('is short, however long the summary', () => {
    const long = aChange({ state: 'down', summary: 'x'.repeat(5_000) });
    expect(agentAnswer({ desired: long, status: 'CRITICAL' }, undefined)).toHaveLength(107);
  });
});

describe('the agent port', () => {
  it('answers for each backend by its name, with what is desired at that moment', async () => {
    let state: 'up' | 'down' = 'up';
    await using agent = await open((backend) =>
      backend === 'b1' ? { desired: aChange({ state }), status: 'OK' } : undefined,
    );
    expect(await ask(agent.port, 'ftp/b1\n')).toBe('up ready\n');
    state = 'down';
    expect(await ask(agent.port, 'ftp/b1\r\n')).toBe('down #refused Connection refused\n');
  });

  it.each(['ftp/b9\n', 'web/b1\n', 'ftp\n', '\n', '/\n', '__proto__/b1\n'])(
    'changes nothing for %j',
    async (question) => {
      await using agent = await open((backend) => (backend === 'b1' ? isDown : undefined));
      expect(await ask(agent.port, question)).toBe('\n');
    },
  );

  it('is done with who says too much', async () => {
    await using agent = await open(() => isDown);
    expect(await ask(agent.port, 'x'.repeat(300))).toBe('');
  });

  it('is done with who says nothing', async () => {
    const clock = new ManualClock();
    await using agent = await open(() => isDown, { clock });
    const socket = connect(agent.port, '127.0.0.1');
    await once(socket, 'connect');
    await expect.poll(() => clock.timers).toBe(1);
    const closed = once(socket.resume(), 'close');
    await clock.advance(2_000);
    await closed;
  });

  it('is shared by farms', async () => {
    const sharing = new Sharing();
    const port = await freePort();
    const options = { agentListen: `127.0.0.1:${port}` };
    const farmOf = (id: string) => ({ ...aFarm(), id });
    const ftp = await open(() => isDown, { sharing, farm: farmOf('ftp'), options });
    await using _sftp = await open(() => ({ desired: null, status: undefined }), {
      sharing,
      farm: farmOf('sftp'),
      options,
    });
    expect(await ask(port, 'ftp/b1\n')).toContain('down');
    await ftp.driver[Symbol.asyncDispose]();
    expect(await ask(port, 'ftp/b1\n')).toBe('\n');
    expect(await ask(port, 'sftp/b1\n')).toBe('\n');
  });

  it('delivers nothing while another program has it, and listens once that is gone', async () => {
    const port = await freePort();
    const squatter = createServer();
    await once(squatter.listen(port, '127.0.0.1'), 'listening');
    await using agent = await open(() => isDown, { options: { agentListen: `127.0.0.1:${port}` } });
    await expect(agent.driver.apply([aChange()], never)).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: EADDRINUSE`,
    );
    await new Promise((resolve) => squatter.close(resolve));
    await agent.driver.apply([aChange()], never);
    expect(await ask(port, 'ftp/b1\n')).toContain('down');
  });

  it('says of which backend HAProxy does not ask', async () => {
    const clock = new ManualClock();
    await using agent = await open(() => isDown, { clock });
    await agent.driver.apply([aChange({ backend: 'b1' }), aChange({ backend: 'b2' })], never);
    await clock.advance(25_000);
    await ask(agent.port, 'ftp/b1\n');
    await clock.advance(10_000);
    const applied = agent.driver.apply([aChange({ backend: 'b1' }), aChange({ backend: 'b2' })], never);
    await expect(applied).rejects.toMatchObject({
      failed: new Map([['b2', expect.stringContaining('HAProxy has not asked for b2 for 30 s')]]),
    });
  });
});
