import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainSftp } from '../../../checks/ssh/sftp/explain.ts';
import { listFolder } from '../../../checks/ssh/sftp/list-folder.ts';
import { PacketReader, packetTypes, renderPacket } from '../../../checks/ssh/sftp/packet.ts';
import { readFile } from '../../../checks/ssh/sftp/read-file.ts';
import { SftpClient } from '../../../checks/ssh/sftp/sftp-client.ts';
import { SftpBroken, SftpStatus } from '../../../checks/ssh/sftp/sftp-error.ts';
import { SshFault } from '../../../checks/ssh/ssh-fault.ts';
import { uint32, uint64, WireError, WireReader, wireString } from '../../../checks/ssh/wire.ts';
import { content, type Spoil, spoiltChannel } from './sftp-channel.ts';

/** Uses all that a client can do; gives what went wrong. */
const useAll = async (sftp: SftpClient): Promise<unknown> => {
  try {
    await sftp.start();
    await sftp.realpath('.');
    expect((await readFile(sftp, 'a', 1_000_000)).equals(content)).toBe(true);
    expect(await listFolder(sftp, '/')).toMatchObject({ entries: 1, newest: { name: 'calf' } });
    const handle = await sftp.open('b', 'create');
    await sftp.write(handle, 0, content);
    await sftp.close(handle);
    await sftp.remove('b');
    return undefined;
  } catch (error) {
    return error;
  }
};

const clientOf = (spoil?: Spoil, notes: string[] = []) => {
  const channel = spoiltChannel(spoil);
  return { channel, sftp: new SftpClient(channel, (mark, text) => void notes.push(`${mark} ${text}`)), notes };
};

describe('an SFTP client', () => {
  it('does all it can with a sound server, and notes it', async () => {
    const { sftp, notes } = clientOf();
    expect(await useAll(sftp)).toBeUndefined();
    expect(notes.slice(0, 6)).toEqual([
      '> sftp init 3',
      '< sftp version 3',
      '> sftp realpath .',
      '< sftp name',
      '> sftp stat a',
      '< sftp attrs',
    ]);
    expect(notes).toContain('< sftp status 1 said');
  });

  it('does so however the answers are cut', async () => {
    const { sftp, channel } = clientOf((answer) => {
      for (const byte of answer.subarray(0, 40)) channel.push(Buffer.of(byte));
      return answer.subarray(40);
    });
    expect(await useAll(sftp)).toBeUndefined();
  });

  it.each<[string, Spoil, string]>([
    ['closes', (answer, which) => (which === 2 ? Buffer.alloc(0) : answer), 'closed'],
    ['says no SFTP', () => Buffer.from('Good morning\n'), 'garbage'],
    ['has a packet of no bytes', () => uint32(0), 'garbage'],
    ['answers twice', (answer) => Buffer.concat([answer, answer]), 'protocol'],
    [
      'answers what nobody asked',
      (answer, which) => (which === 1 ? renderPacket('status', uint32(99)) : answer),
      'protocol',
    ],
    [
      'answers with too little',
      (answer, which) => (which === 1 ? renderPacket('name', uint32(1)) : answer),
      'protocol',
    ],
    [
      'confirms what wants an answer',
      (answer, which) => (which === 1 ? renderPacket('status', uint32(1), uint32(0)) : answer),
      'protocol',
    ],
    [
      'answers with another type',
      (answer, which) => (which === 1 ? renderPacket('data', uint32(1), wireString('')) : answer),
      'protocol',
    ],
    [
      'has no name for the folder',
      (answer, which) => (which === 1 ? renderPacket('name', uint32(1), uint32(0)) : answer),
      'protocol',
    ],
  ])('finds a server that %s', async (_, spoil, kind) => {
    const { sftp, channel } = clientOf(spoil);
    const outcome = useAll(sftp);
    await turn();
    if (kind === 'closed') channel.push(null);
    const fault = explainSftp(await outcome, 'x');
    expect(fault.verdict.code).toBe(kind === 'closed' ? 'transfer-incomplete' : 'protocol');
    if (kind === 'garbage') expect(fault.verdict.remedy).toContain('.bashrc');
  });

  it('has no more answers once the channel is broken', async () => {
    const { sftp, channel } = clientOf();
    channel.push(null);
    await turn();
    await expect(sftp.stat('a')).rejects.toBeInstanceOf(SftpBroken);
  });

  it('comes to an end, whatever is answered', async () => {
    const change = fc.record({
      at: fc.nat(14),
      where: fc.nat(60),
      cut: fc.nat(8),
      junk: fc.oneof(fc.uint8Array({ maxLength: 8 }), fc.constantFrom(uint32(0), uint32(0xffffffff), uint32(2 ** 18))),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const { sftp, channel } = clientOf((answer, which) =>
          changes
            .filter(({ at }) => at === which)
            .reduce((bytes, { where, cut, junk }) => {
              return Buffer.concat([bytes.subarray(0, where), junk, bytes.subarray(where + cut)]);
            }, answer),
        );
        const outcome = useAll(sftp);
        for (let i = 0; i < 60; i++) await turn();
        channel.push(null);
        const error = await outcome;
        // What the file holds may have been changed, too.
        if (error === undefined || (error instanceof Error && error.name === 'AssertionError')) return;
        expect(explainSftp(error, 'x')).toBeInstanceOf(SshFault);
      }),
      { seed: 20_260_101, numRuns: 300 },
    );
  });

  it('leaves bugs of its own unexplained', () => {
    expect(() => explainSftp(new TypeError('oops'), 'x')).toThrow('oops');
  });

  it.each([
    [2, '', 'read', 'file-missing'],
    [3, '', 'read', 'access-denied'],
    [8, '', 'store', 'access-denied'],
    [4, 'Failure', 'store', 'transfer-incomplete'],
    [4, 'Disk quota exceeded', 'store', 'disk-full'],
    [4, 'No space left on device', 'read', 'transfer-incomplete'],
  ] as const)('takes status %i %j of what is to be %s for %s', (code, message, work, expected) => {
    expect(explainSftp(new SftpStatus(code, message), 'x', work).verdict).toMatchObject({
      code: expected,
      summary: `x: ${message || `status ${code}`}`,
    });
  });
});

describe('bytes on the wire', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(Number.MAX_SAFE_INTEGER), fc.uint8Array(), (small, large, bytes) => {
        const reader = new WireReader(Buffer.concat([uint32(small), uint64(large), wireString(bytes)]));
        expect([reader.uint32(), reader.uint64(), [...reader.string()]]).toEqual([small, large, [...bytes]]);
        expect(reader.left).toBe(0);
        expect(() => reader.byte()).toThrow(WireError);
      }),
    );
  });

  it('are the same packets however they are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 5 }), fc.nat(200), (bodies, cut) => {
        const bytes = Buffer.concat(bodies.map((body) => renderPacket('data', body)));
        const reader = new PacketReader();
        const packets = [...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))];
        expect(packets.map(({ type, body }) => [type, [...body]])).toEqual(
          bodies.map((body) => [packetTypes.data, [...body]]),
        );
      }),
    );
  });
});
