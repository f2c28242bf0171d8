import { describe, expect, it } from 'vitest';
import { tftp } from '../../../checks/tftp/index.ts';
import type { TftpOptions } from '../../../checks/tftp/options.ts';
import { runCheck } from '../../../src/checker/index.ts';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { createTftpServer, type TftpFault } from '../../../src/testkit/index.ts';
import { answer, start } from './tftp-run.ts';
import { data, openUdpPeer } from './udp-peer.ts';

/** The transcript of a run against a test server, ports replaced. */
const transcriptOf = async (faults: readonly TftpFault[], options: TftpOptions): Promise<string[]> => {
  await using server = await createTftpServer({ files: { 'farm-guardian.txt': 'cows', boot: Buffer.alloc(40_000) } });
  for (const fault of faults) await server.inject(fault);
  const lines: string[] = [];
  const verbose: string[] = [];
  await runCheck(
    { checker: tftp, target: { host: server.host, port: server.port }, options },
    {
      timeoutMs: 3_000,
      clock: new ManualClock(),
      transcript: (line) => void lines.push(line),
      verbose: (text) => void verbose.push(text),
    },
  );
  expect(verbose.join('')).toBe(lines.map((line) => `${line}\n`).join(''));
  return lines.map((line) => line.replace(/port \d+/, 'port N'));
};

describe('the transcript', () => {
  it('has every packet of a short transfer, and -v shows the same', async () => {
    expect(await transcriptOf([], { blksize: 1_428, tsize: true })).toEqual([
      '0.000 > RRQ farm-guardian.txt octet blksize 1428 tsize 0',
      '0.000 = 127.0.0.1 port N answers',
      '0.000 < OACK blksize 1428 tsize 4',
      '0.000 > ACK 0',
      '0.000 < DATA 1, 4 bytes',
      '0.000 > ACK 1',
    ]);
  });

  it('has both exchanges of an MTU lap', async () => {
    expect(await transcriptOf([], { file: 'boot', mtuLap: true, firstBlock: true })).toEqual([
      '0.000 = first block with blksize 512',
      '0.000 > RRQ boot octet blksize 512',
      '0.000 = 127.0.0.1 port N answers',
      '0.000 < OACK blksize 512',
      '0.000 > ACK 0',
      '0.000 < DATA 1, 512 bytes',
      '0.000 > ERROR 0 the first block is enough',
      '0.000 = the same with blksize 1468',
      '0.000 > RRQ boot octet blksize 1468',
      '0.000 = 127.0.0.1 port N answers',
      '0.000 < OACK blksize 1468',
      '0.000 > ACK 0',
      '0.000 < DATA 1, 1468 bytes',
      '0.000 > ERROR 0 the first block is enough',
    ]);
  });

  it('leaves most of a long transfer out', async () => {
    const lines = await transcriptOf([], { file: 'boot' });
    expect(lines).toHaveLength(27);
    expect(lines.slice(-2)).toEqual(['0.000 > ACK 12', '0.000 = and so on']);
  });

  it('is clean, and says what is no packet', async () => {
    expect(await transcriptOf(['garbage'], {})).toEqual([
      '0.000 > RRQ farm-guardian.txt octet',
      '0.000 = 127.0.0.1 port N answers',
      '0.000 < (a packet of 3 bytes)',
      '0.000 > ERROR 4 unexpected packet',
    ]);
    const [, , said = ''] = await transcriptOf(['error-escapes'], {});
    expect(said).toMatch(/^0\.000 < ERROR 0 {2}\[31m =;/);
  });

  it('names strangers, and when things happened', async () => {
    await using server = await openUdpPeer();
    await using elsewhere = await openUdpPeer('127.0.0.2');
    await using session = await openUdpPeer();
    const lines: string[] = [];
    const { outcome, clock } = start(server.port, {}, { transcript: (line) => void lines.push(line) });
    await answer(server, elsewhere, data(1, 'pigs'));
    await elsewhere.next();
    await clock.advance(500);
    await answer(server, session, data(1, 'cows'));
    await outcome;
    expect(lines.map((line) => line.replace(/port \d+/, 'port N'))).toEqual([
      '0.000 > RRQ farm-guardian.txt octet',
      '0.000 = 127.0.0.2 port N is not the server',
      '0.000 < DATA 1, 4 bytes',
      '0.000 > ERROR 5 unknown transfer ID',
      '0.500 > RRQ farm-guardian.txt octet',
      '0.500 = 127.0.0.1 port N answers',
      '0.500 < DATA 1, 4 bytes',
      '0.500 > ACK 1',
    ]);
  });
});
