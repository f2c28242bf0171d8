import { describe, expect, it } from 'vitest';
import { Dialogue } from '../../src/testkit/dialogue.ts';
import { LineSplitter } from '../../src/testkit/line-splitter.ts';

describe('a dialogue', () => {
  it.each([
    ['PASS s3cret', 'PASS ***'],
    ['pass s3cret and more', 'pass ***'],
    [' PASS s3cret\nPASS other', ' PASS ***'],
    ['PASS', 'PASS'],
    ['PASSIVE please', 'PASSIVE please'],
    ['USER PASS x', 'USER PASS x'],
  ])('notes %j as %j', (said, noted) => {
    const dialogue = new Dialogue();
    dialogue.note(said);
    expect(dialogue.lines).toEqual([noted]);
  });

  it('keeps the newest 1,000 lines, 512 characters of each', () => {
    const dialogue = new Dialogue();
    for (let line = 0; line < 1_500; line++) dialogue.note(`${line} ${'x'.repeat(600)}`);
    expect(dialogue.lines).toHaveLength(1_000);
    expect(dialogue.lines[0]).toMatch(/^500 x{508}$/);
  });

  it('finds a line of the past, by its text or by an expression, however often it is asked', async () => {
    const dialogue = new Dialogue();
    dialogue.note('USER probe');
    dialogue.note('QUIT');
    const anyUser = /USER/g;
    expect(await dialogue.received('QUIT')).toBe('QUIT');
    expect(await dialogue.received(anyUser)).toBe('USER probe');
    expect(await dialogue.received(anyUser)).toBe('USER probe');
  });

  it('wakes all who wait for a line when it comes, and nobody else', async () => {
    const dialogue = new Dialogue();
    const waiting = Promise.all([dialogue.received('QUIT'), dialogue.received(/^QU/)]);
    const other = expect(dialogue.received('NOOP')).rejects.toThrow('closed without having received NOOP');
    dialogue.note('QUITE');
    dialogue.note('QUIT');
    expect(await waiting).toEqual(['QUIT', 'QUITE']);
    dialogue.close();
    await other;
  });

  it('stops waiting when the signal aborts', async () => {
    const dialogue = new Dialogue();
    const abort = new AbortController();
    const waiting = expect(dialogue.received('QUIT', abort.signal)).rejects.toThrow('enough');
    abort.abort(new Error('enough'));
    await waiting;
    await expect(dialogue.received('QUIT', abort.signal)).rejects.toThrow('enough');
  });

  it('gives past lines after its end, and waits for no new ones', async () => {
    const dialogue = new Dialogue();
    dialogue.note('QUIT');
    dialogue.close();
    expect(await dialogue.received('QUIT')).toBe('QUIT');
    await expect(dialogue.received('NOOP')).rejects.toThrow('closed');
  });
});

describe('a line splitter', () => {
  it.each([
    [['USER a\r\nPASS b\r\n'], ['USER a', 'PASS b']],
    [['US', 'ER a\r', '\nPA'], ['USER a']],
    [['a\nb\n\n'], ['a', 'b', '']],
    [['no end'], []],
  ])('cuts %j into %j', (pieces, lines) => {
    const splitter = new LineSplitter();
    expect(pieces.flatMap((piece) => splitter.feed(Buffer.from(piece)))).toEqual(lines);
  });

  it('joins a character that was cut in two', () => {
    const splitter = new LineSplitter();
    const [euro, end] = [Buffer.from('€'), Buffer.from('\n')];
    expect([euro.subarray(0, 1), euro.subarray(1), end].flatMap((piece) => splitter.feed(piece))).toEqual(['€']);
  });

  it('keeps 4,096 characters of an endless line, and finds the next', () => {
    const splitter = new LineSplitter();
    for (let piece = 0; piece < 100; piece++) expect(splitter.feed(Buffer.alloc(1_000, 'x'))).toEqual([]);
    expect(splitter.feed(Buffer.from('\nnext\n'))).toEqual(['x'.repeat(4_096), 'next']);
  });
});
