import type { Socket } from 'node:net';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ssh } from '../../../checks/ssh/index.ts';
import { sshOptions } from '../../../checks/ssh/options.ts';
import { type CheckResult, packageVersion, renderPerfdata, runCheck, type Target } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { openRawServer } from './raw-server.ts';

const start = (
  target: Partial<Target> & Pick<Target, 'port'>,
  given: v.InferInput<typeof sshOptions> = {},
  { timeoutMs = 10_000, verbose = (_: string) => {} } = {},
) => {
  const clock = new ManualClock();
  const check = { checker: ssh, target: { host: '127.0.0.1', ...target }, options: v.parse(sshOptions, given) };
  return { clock, outcome: runCheck(check, { timeoutMs, clock, verbose }) as Promise<CheckResult> };
};

/** Says something and closes when the client has. */
const saying = (text: string) => (socket: Socket) => {
  socket.write(text, 'latin1');
  socket.on('end', () => socket.end());
};

/** Says something and closes. */
const leaving = (text: string) => (socket: Socket) => socket.end(text, 'latin1');

describe('an SSH server', () => {
  it('is OK with what it calls itself', async () => {
    await using server = await openRawServer(saying('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'));
    const { outcome, clock } = start(server);
    const { status, code, summary, metrics, steps, facts } = await outcome;
    expect({ status, code, summary }).toEqual({
      status: 'OK',
      code: 'ok',
      summary: 'OpenSSH_9.2p1 Debian-2 (protocol 2.0)',
    });
    expect(renderPerfdata(metrics)).toBe('time=0.000000s;;;0.000000;10.000000');
    expect(steps.map(({ name }) => name)).toEqual(['connect', 'greeting']);
    expect(facts).toEqual({ software: 'OpenSSH_9.2p1', comment: 'Debian-2', protocol: '2.0' });
    expect(clock.timers).toBe(0);
  });

  it('hears who we are, in its own protocol version, and an orderly end', async () => {
    await using server = await openRawServer(saying('SSH-1.99-barn\n'));
    await start(server).outcome;
    const [line, goodbye = ''] = (await server.received).split('\r\n');
    expect(line).toBe(`SSH-1.99-check_ssh_${packageVersion}`);
    // SSH_MSG_DISCONNECT, 11, "bye", no language; padded to a multiple of 8 by 4 bytes at least (RFC 4253, section 6).
    const payload = '\x01\0\0\0\x0b\0\0\0\x03bye\0\0\0\0';
    expect(goodbye).toBe(`\0\0\0\x1c\x0b${payload}${'\0'.repeat(11)}`);
    expect(goodbye.length).toBe(32);
  });

  it('of the protocol before 2.0 hears no goodbye, which it would not understand', async () => {
    await using server = await openRawServer(saying('SSH-1.5-barn\n'));
    await start(server).outcome;
    expect(await server.received).toBe(`SSH-1.5-check_ssh_${packageVersion}\r\n`);
  });

  it('that does not close in turn holds us up for 200 ms, no longer', async () => {
    await using server = await openRawServer((socket) => socket.write('SSH-2.0-barn\r\n'));
    const { outcome, clock } = start(server);
    await server.received;
    expect(clock.timers).toBe(2);
    await clock.advance(200);
    expect(await outcome).toMatchObject({ status: 'OK' });
  });

  it.each([
    [{ remoteVersion: 'OpenSSH_9.2p1' }, 'OK', 'OpenSSH_9.2p1 Debian-2 (protocol 2.0)'],
    [{ remoteVersion: 'OpenSSH_9.2p1 Debian-2' }, 'OK', 'OpenSSH_9.2p1 Debian-2 (protocol 2.0)'],
    [{ remoteProtocol: '2.0' }, 'OK', 'OpenSSH_9.2p1 Debian-2 (protocol 2.0)'],
    [
      { remoteVersion: 'OpenSSH_9' },
      'CRITICAL',
      "OpenSSH_9.2p1 Debian-2 (protocol 2.0) version mismatch, expected 'OpenSSH_9'",
    ],
    [
      { remoteProtocol: '1.99' },
      'CRITICAL',
      "OpenSSH_9.2p1 Debian-2 (protocol 2.0) protocol version mismatch, expected '1.99'",
    ],
  ])('asked for %j is %s', async (given, status, summary) => {
    await using server = await openRawServer(saying('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'));
    const code = status === 'OK' ? 'ok' : 'banner-mismatch';
    expect(await start(server, given).outcome).toMatchObject({ status, code, summary });
  });

  it('is shown with its identification and ours where details are asked for', async () => {
    await using server = await openRawServer(saying('SSH-2.0-ba\x1brn\r\n'));
    const shown: string[] = [];
    await start(server, {}, { verbose: (text) => shown.push(text) }).outcome;
    expect(shown).toEqual([`SSH-2.0-ba rn\nSSH-2.0-check_ssh_${packageVersion}\r\n\n`]);
  });

  it('may leave out the line end when it closes, or falls silent for two seconds', async () => {
    await using closing = await openRawServer(leaving('SSH-2.0-barn'));
    expect(await start(closing).outcome).toMatchObject({ status: 'OK', summary: 'barn (protocol 2.0)' });

    await using silent = await openRawServer(saying('SSH-2.0-barn'));
    const { outcome, clock } = start(silent);
    await untilTimers(clock, 2);
    await clock.advance(2_000);
    expect(await outcome).toMatchObject({ status: 'OK', summary: 'barn (protocol 2.0)' });
  });
});

/** Waits for I/O to set timers: the deadline is one, the wait for more of a greeting another. */
const untilTimers = async (clock: ManualClock, count: number): Promise<void> => {
  while (clock.timers < count) await new Promise((resolve) => setImmediate(resolve));
};

describe('what is no SSH server', () => {
  it.each([
    ['', 'no-data', 'the connection was closed without a word', 'Server answer: '],
    ['S', 'banner-mismatch', 'not an SSH server: S', 'Server answer: S'],
    ['SSHD is closed\r\n', 'banner-mismatch', 'not an SSH server: SSHD is closed', 'Server answer: SSHD is closed\r\n'],
    ['HTTP|1\x1b\n', 'banner-mismatch', 'not an SSH server: HTTP 1 ', 'Server answer: HTTP 1 \n'],
    ['SSH-2.0-\r\n', 'protocol', 'Invalid protocol version control string SSH-2.0-', undefined],
  ])('is CRITICAL: %j', async (sent, code, summary, line) => {
    await using server = await openRawServer(leaving(sent));
    const verdict = await start(server).outcome;
    expect(verdict).toMatchObject({ status: 'CRITICAL', code, summary, metrics: [], remedy: expect.any(String) });
    expect(verdict.line).toBe(line);
    expect(await server.received).toBe('');
  });

  it('is found out after two seconds of silence when it waits for us', async () => {
    await using server = await openRawServer(saying('220 Farm FTP ready\r\n'));
    const { outcome, clock } = start(server);
    await untilTimers(clock, 2);
    await clock.advance(2_000);
    expect(await outcome).toMatchObject({ code: 'banner-mismatch', line: 'Server answer: 220 Farm FTP ready\r\n' });
    expect(await server.received).toBe('');
  });

  it('may reset the connection', async () => {
    await using server = await openRawServer((socket) => socket.resetAndDestroy());
    expect(await start(server).outcome).toMatchObject({ status: 'CRITICAL', code: 'reset' });
  });

  it('may send without end: 16 KiB are enough', async () => {
    await using server = await openRawServer((socket) => {
      const flood = () => socket.write(Buffer.alloc(64 * 1024, 'moo\n')) || socket.once('drain', flood);
      flood();
    });
    expect(await start(server).outcome).toMatchObject({ code: 'banner-mismatch' });
  });
});

describe('a server that turns us away', () => {
  it.each([
    [
      'Not allowed at this time',
      'in sshd_config: PerSourcePenaltyExemptList 127.0.0.1',
      /^sshd penalises .* "PerSourcePenaltyExemptList 127\.0\.0\.1" .*, or raise MaxStartups\.$/,
    ],
    ['Exceeded MaxStartups', 'raise it in sshd_config', /^(?!.*Penalt).* raise MaxStartups in sshd_config/],
  ])('with "%s" is a WARNING', async (said, hint, remedy) => {
    await using server = await openRawServer(leaving(`${said}\r\n`));
    expect(await start(server).outcome).toMatchObject({
      status: 'WARNING',
      code: 'throttled',
      summary: `${said} (${hint})`,
      remedy: expect.stringMatching(remedy),
    });
  });
});

describe('faults', () => {
  it('of a closed port are CRITICAL', async () => {
    const server = await openRawServer(() => {});
    await server[Symbol.asyncDispose]();
    expect(await start(server).outcome).toMatchObject({
      status: 'CRITICAL',
      code: 'refused',
      line: `connect to address 127.0.0.1 and port ${server.port}: Connection refused`,
    });
  });

  it('of silence are CRITICAL at the deadline', async () => {
    let accepted = () => {};
    const connected = new Promise<void>((resolve) => {
      accepted = resolve;
    });
    await using server = await openRawServer(() => accepted());
    const { outcome, clock } = start(server, {}, { timeoutMs: 3_000 });
    await connected;
    await clock.advance(3_000);
    expect(await outcome).toMatchObject({
      status: 'CRITICAL',
      code: 'timeout',
      line: 'CRITICAL - Socket timeout after 3 seconds',
    });
    expect(clock.timers).toBe(0);
  });

  it('of a drip are CRITICAL at the deadline, however often something comes', async () => {
    let drip: Socket | undefined;
    await using server = await openRawServer((socket) => {
      drip = socket;
      socket.write('S');
    });
    const { outcome, clock } = start(server, {}, { timeoutMs: 3_000 });
    await untilTimers(clock, 2);
    for (let elapsedMs = 0; elapsedMs < 3_000; elapsedMs += 500) {
      drip?.write('S');
      await clock.advance(500);
    }
    expect(await outcome).toMatchObject({ status: 'CRITICAL', code: 'timeout' });
  });

  it.each([
    [{ host: 'a..b', port: 22 }, 'dns', undefined],
    [{ host: '', port: 22 }, 'dns', undefined],
    [{ host: '127.0.0.1', port: 22, family: 6 }, 'local-fault', 'Address family for hostname not supported'],
  ] as const)('of the target %j are UNKNOWN', async (target, code, line) => {
    const verdict = await start(target).outcome;
    expect(verdict).toMatchObject({ status: 'UNKNOWN', code });
    expect(verdict.line).toBe(line);
  });
});
