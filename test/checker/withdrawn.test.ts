import { describe, expect, it } from 'vitest';
import { withdrawn } from '../../src/checker/index.ts';

const never = new Promise<string>(() => {});

describe('waiting for work of a run', () => {
  it('gives what the work gives, or throws what it throws', async () => {
    const { signal } = new AbortController();
    expect(await withdrawn(signal, Promise.resolve('done'))).toBe('done');
    await expect(withdrawn(signal, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  it('ends with the run', async () => {
    const abort = new AbortController();
    const waiting = withdrawn(abort.signal, never);
    abort.abort(new Error('time is up'));
    await expect(waiting).rejects.toThrow('time is up');
    await expect(withdrawn(abort.signal, never)).rejects.toThrow('time is up');
  });
});
