import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createSshServer, ManualClock } from '../../src/testkit/index.ts';
import { RawClient } from './raw-client.ts';
import { fetchFrom, files, key, logIn, users } from './ssh-clients.ts';

describe('a faulty SSH server', () => {
  it('silence: accepts, hears, and says nothing', async () => {
    await using server = await createSshServer();
    await server.inject('silence');
    using client = new RawClient(server);
    client.send('SSH-2.0-check');
    await server.received('SSH-2.0-check');
    await server.heal();
    using next = new RawClient(server);
    await next.says(/^SSH-2\.0-.*\r\n/);
    expect(client.said).toBe('');
  });

  it('reset: the connection is reset', async () => {
    await using server = await createSshServer();
    await server.inject('reset');
    using client = new RawClient(server);
    expect(await client.ended).toBe('ECONNRESET');
  });

  it('half-banner: part of an identification without an end, and then nothing', async () => {
    await using server = await createSshServer();
    await server.inject('half-banner');
    using client = new RawClient(server);
    await client.says(/SSH-2/);
    client.send('SSH-2.0-check');
    await server.received('SSH-2.0-check');
    expect(client.said).toBe('SSH-2.');
  });

  it.each([
    ['wrong-banner', /^HTTP\/1\.1 400 Bad Request\r\n$/],
    ['throttled', /^Not allowed at this time\r\n$/],
  ] as const)('%s: another first line, and the end', async (fault, line) => {
    await using server = await createSshServer();
    await server.inject(fault);
    using client = new RawClient(server);
    expect(await client.ended).toBe('end');
    expect(client.said).toMatch(line);
  });

  it('prelude: lines before the identification, and all goes well', async () => {
    await using server = await createSshServer({ users, files });
    await server.inject('prelude');
    using client = new RawClient(server);
    expect(await client.says(/^SSH-2\.0-.*\r\n/m)).toMatch(
      /^This system .*\r\nAll use .*\r\nSSH-2\.0-FarmGuardianTest\r\n/,
    );
    expect(await fetchFrom(server)).toBe('OK\n');
  });

  it('drip: a byte each 50 ms', async () => {
    const clock = new ManualClock();
    await using server = await createSshServer({ clock });
    await server.inject('drip');
    using client = new RawClient(server);
    client.send('SSH-2.0-check');
    await server.received('SSH-2.0-check');
    expect(client.said).toBe('');
    for (const said of ['S', 'SS', 'SSH']) {
      await clock.advance(50);
      await client.says(new RegExp(`^${said}$`));
    }
    await clock.advance(30 * 50);
    await client.says(/^SSH-2\.0-FarmGuardianTest\r\n/);
  });

  it('auth-refused: the right password and the right key are refused', async () => {
    await using server = await createSshServer({ users, keys: { probe: key.public } });
    await server.inject('auth-refused');
    for (const config of [{ password: 's3cret' }, { privateKey: key.private }])
      await expect(logIn(server, config)).rejects.toMatchObject({ level: 'client-authentication' });
    await server.heal('auth-refused');
    using client = await logIn(server);
    expect(client).toBeDefined();
  });

  it.each([
    ['no-subsystem', /subsystem/i],
    ['missing-file', /No such file/],
  ] as const)('%s: fails until it is healed', async (fault, error) => {
    await using server = await createSshServer({ users, files });
    await server.inject(fault);
    await expect(fetchFrom(server)).rejects.toThrow(error);
    await server.heal(fault);
    expect(await fetchFrom(server)).toBe('OK\n');
  });

  it('wrong-content: a file of other contents', async () => {
    await using server = await createSshServer({ users, files });
    await server.inject('wrong-content');
    expect(await fetchFrom(server)).toBe('not what you asked for\n');
    await server.heal();
    expect(await fetchFrom(server)).toBe('OK\n');
  });

  it('refuse: cuts the connections that are open', async () => {
    await using server = await createSshServer({ users });
    using client = await logIn(server);
    const closed = once(client, 'close');
    await server.inject('refuse');
    await closed;
  });
});
