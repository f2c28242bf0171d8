import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Greeting, GreetingReader } from '../../../checks/ssh/greeting.ts';

/** What a reader makes of pieces: as soon as it knows, or at their end. */
const read = (...pieces: string[]): Greeting => {
  const reader = new GreetingReader();
  for (const piece of pieces) {
    const greeting = reader.push(Buffer.from(piece, 'latin1'));
    if (greeting) return greeting;
  }
  return reader.finish();
};

/** A greeting in short. */
const brief = (greeting: Greeting): string => {
  if (greeting.kind === 'not-ssh') return `not-ssh ${greeting.text}`;
  if (greeting.kind !== 'identification') return `${greeting.kind} ${greeting.line}`;
  const { protocol, software, comment } = greeting.identification;
  return [protocol, software, comment].filter(Boolean).join(', ');
};

describe('the greeting of a server', () => {
  it.each([
    ['SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n', '2.0, OpenSSH_9.2p1, Debian-2+deb12u10'],
    ['SSH-1.99-OpenSSH_3.4p1\n', '1.99, OpenSSH_3.4p1'],
    ['SSH-2.0-3.2.9.1\r\n', '2.0, 3.2.9.1'],
    ['SSH-2.0-9front\r\n', '2.0, 9front'],
    ['SSH-2.0-barn_1.0  \t \r\n', '2.0, barn_1.0'],
    ['SSH-2.0-ba\0rn\r\n', '2.0, ba'],
    ['SSH-2.0-barn_1.0', '2.0, barn_1.0'],
    ['SSH-2.0-barn\r\n\0\0\x01\xbc\x04\x14', '2.0, barn'],
    ['Welcome to the farm\r\nWipe your boots\r\nSSH-2.0-barn\r\n', '2.0, barn'],
    ['SSH-\r\n', 'invalid SSH-'],
    ['SSH-2.0\r\n', 'invalid SSH-2.0'],
    ['SSH-2.0-\r\n', 'invalid SSH-2.0-'],
    ['SSH-2.0- \r\n', 'invalid SSH-2.0-'],
    ['SSH--barn\r\n', 'invalid SSH--barn'],
    ['SSH-abc-barn\r\n', 'invalid SSH-abc-barn'],
    ['SSHD is closed today\r\n', 'not-ssh SSHD is closed today\r\n'],
    ['ssh-2.0-barn\r\n', 'not-ssh ssh-2.0-barn\r\n'],
    ['220 Farm FTP ready\r\n', 'not-ssh 220 Farm FTP ready\r\n'],
    ['S', 'not-ssh S'],
    ['', 'not-ssh '],
    ['Not allowed at this time\r\n', 'turned-away Not allowed at this time'],
    ['Exceeded MaxStartups\r\n', 'turned-away Exceeded MaxStartups'],
  ])('%j is %s, whole or byte by byte', (sent, meant) => {
    expect(brief(read(sent))).toBe(meant);
    expect(brief(read(...sent))).toBe(meant);
  });

  it('is the same however it is cut', () => {
    const sent = 'Mind the step\r\nSSH-2.0-barn_1.0 with a comment\r\nrest';
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(sent.length)), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), sent.length];
        const pieces = at.slice(1).map((end, i) => sent.slice(at[i], end));
        expect(brief(read(...pieces))).toBe('2.0, barn_1.0, with a comment');
      }),
    );
  });

  it('may be any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (pieces) => {
        const reader = new GreetingReader();
        for (const piece of pieces) reader.push(piece);
        expect(reader.finish().kind).toBeTypeOf('string');
      }),
    );
  });

  it('is given up after 16 KiB without an identification', () => {
    const reader = new GreetingReader();
    const kibibyte = Buffer.alloc(1024, 'moo\n');
    for (let i = 1; i < 16; i++) expect(reader.push(kibibyte)).toBeUndefined();
    expect(reader.push(Buffer.concat([kibibyte, kibibyte]))).toEqual({
      kind: 'not-ssh',
      text: 'moo\n'.repeat(4 * 1024),
    });
  });
});
