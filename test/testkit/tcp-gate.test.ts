import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { holdPort, TcpGate } from '../../src/testkit/tcp-gate.ts';
import { RawClient } from './raw-client.ts';

it('a held port is occupied by a socket connected to itself, refuses all others, and can be listened on', async () => {
  const gate = await TcpGate.open('127.0.0.1', 0, () => {});
  const { host, port } = gate;
  await gate.close();
  const hold = await holdPort(host, port);
  try {
    expect([hold.localPort, hold.remotePort]).toEqual([port, port]);
    using client = new RawClient({ host, port });
    expect(await client.ended).toBe('ECONNREFUSED');
    const server = createServer().listen(port, host);
    await once(server, 'listening');
    server.close();
  } finally {
    hold.destroy();
  }
});

it('a gate reports a port that is taken', async () => {
  const gate = await TcpGate.open('127.0.0.1', 0, () => {});
  await expect(TcpGate.open('127.0.0.1', gate.port, () => {})).rejects.toThrow('EADDRINUSE');
  await gate.close();
});

it('a gate opens, shuts and closes as often as it is told', async () => {
  const gate = await TcpGate.open('127.0.0.1', 0, (socket) => socket.end('in'));
  await gate.open();
  await gate.shut();
  await gate.shut();
  await gate.open();
  using client = new RawClient(gate);
  expect(await client.ended).toBe('end');
  expect(client.said).toBe('in');
  await gate.close();
  await gate.close();
});
