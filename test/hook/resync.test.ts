import { describe, expect, it } from 'vitest';
import { Balancer } from './a-balancer.ts';
import { aChange } from './a-change.ts';

const minute = 60_000;

describe('a balancer that cannot be read', () => {
  it('is told again at each resync, which is no news', async () => {
    await using lab = new Balancer({ resyncMs: 20_000 });
    lab.want('up', 1, 'b1');
    lab.want('down', 2, 'b2');
    await lab.clock.advance(minute);
    expect(lab.told).toEqual([
      'b1 up 1',
      'b2 down 2',
      ...['b1 up 1', 'b2 down 2'],
      ...['b1 up 1', 'b2 down 2'],
      ...['b1 up 1', 'b2 down 2'],
    ]);
    expect(lab.attempts).toHaveLength(2);
    expect(lab.reconciler.counts).toMatchObject({ delivered: 2, resynced: 6 });
  });

  it('is not told again with resync off', async () => {
    await using lab = new Balancer();
    lab.want('up', 1);
    await lab.clock.advance(60 * minute);
    expect(lab.told).toEqual(['b1 up 1']);
    expect(lab.clock.timers).toBe(0);
  });

  it('is told what is new before what is told again', async () => {
    await using lab = new Balancer({ resyncMs: 20_000, takesMs: 1_000 });
    for (let i = 1; i <= 20; i++) lab.want('up', i, `b${i}`);
    await lab.clock.advance(19_500);
    lab.toldSince();
    lab.want('down', 21, 'b20');
    await lab.clock.advance(1_600);
    expect(lab.toldSince().slice(0, 9)).toContain('b20 down 21');
  });

  it('shows a failure to tell it again, and its end', async () => {
    await using lab = new Balancer({ resyncMs: 20_000 });
    lab.want('up', 1);
    await lab.clock.advance(10_000);
    lab.failures.push(new Error('away'));
    await lab.clock.advance(9_100);
    expect(lab.reconciler.statusOf('b1')).toMatchObject({ outcome: 'failing', error: 'away' });
    await lab.clock.advance(1_000);
    expect(lab.reconciler.statusOf('b1')).toMatchObject({ outcome: 'delivered' });
    expect(lab.attempts.map(({ error }) => error)).toEqual([undefined, 'away', undefined]);
  });

  it('is told again after a restart of ours, from the first resync on', async () => {
    await using lab = new Balancer({ resyncMs: 20_000 });
    lab.reconciler.resume(aChange({ state: 'down', sequence: 7 }), 'delivered');
    expect(lab.reconciler.statusOf('b1')).toMatchObject({ outcome: 'delivered' });
    await lab.clock.advance(10_000);
    expect(lab.told).toEqual([]);
    await lab.clock.advance(10_000);
    expect(lab.told).toEqual(['b1 down 7']);
  });
});

describe('a balancer that can be read', () => {
  const readable = { readable: true, resyncMs: 15_000 };

  it('is read before it is told anything, and told nothing without evidence', async () => {
    await using lab = new Balancer(readable);
    lab.states.set('b1', 'maint').set('b2', 'up');
    await lab.clock.advance(5 * minute);
    expect(lab.reads).toBeGreaterThan(10);
    expect(lab.told).toEqual([]);
    expect(lab.reconciler.statusOf('b1').shows).toBe('maint');
  });

  it('is told nothing while it shows what was delivered', async () => {
    await using lab = new Balancer(readable);
    lab.states.set('b1', 'up');
    lab.want('down', 1);
    await lab.clock.advance(5 * minute);
    expect(lab.told).toEqual(['b1 down 1']);
    expect(lab.found).toEqual([]);
    expect(lab.reconciler.counts.resynced).toBeGreaterThan(15);
  });

  it.each([
    ['set by somebody else', 'up', 'drift b1 up'],
    ['forgotten', undefined, 'drift b1 null'],
  ])('has a state that was %s corrected within one resync, once', async (_how, state, drift) => {
    await using lab = new Balancer(readable);
    lab.states.set('b1', 'up');
    lab.want('down', 1);
    await lab.clock.advance(minute);
    if (state) lab.states.set('b1', state);
    else lab.states.clear();
    await lab.clock.advance(15_000);
    expect(lab.states.get('b1')).toBe('down');
    expect(lab.found).toEqual([drift]);
    await lab.clock.advance(5 * minute);
    expect(lab.told).toEqual(['b1 down 1', 'b1 down 1']);
    expect(lab.reconciler.counts.drifted).toBe(1);
  });

  it('has what it forgot while we were away corrected at once', async () => {
    await using lab = new Balancer(readable);
    lab.states.set('b1', 'up');
    lab.reconciler.resume(aChange({ state: 'down', sequence: 7 }), 'delivered');
    await lab.clock.advance(1);
    expect(lab.told).toEqual(['b1 down 7']);
    expect(lab.found).toEqual(['drift b1 up']);
  });

  it('is looked at soon again when it could not be read, and that is shown', async () => {
    await using lab = new Balancer(readable);
    lab.states.set('b1', 'up');
    lab.want('down', 1);
    await lab.clock.advance(minute);
    lab.unreadable = 'connection refused';
    await lab.clock.advance(minute);
    expect(lab.reconciler.statusOf('b1')).toMatchObject({ outcome: 'delivered', error: 'connection refused' });
    expect(lab.reconciler.counts.unread).toBeGreaterThan(5);
    // It is back, and has forgotten everything.
    lab.unreadable = undefined;
    lab.states.set('b1', 'up');
    await lab.clock.advance(15_000);
    expect(lab.states.get('b1')).toBe('down');
    expect(lab.found.slice(-2)).toEqual(['read', 'drift b1 up']);
    expect(lab.reconciler.statusOf('b1')).toMatchObject({ outcome: 'delivered', error: null });
  });

  it('counts as not delivered to while it cannot be read', async () => {
    await using lab = new Balancer(readable);
    lab.unreadable = 'connection refused';
    lab.want('down', 1);
    await lab.clock.advance(10);
    expect(lab.reconciler.statusOf('b1')).toMatchObject({ outcome: 'failing', error: 'connection refused' });
    lab.unreadable = undefined;
    await lab.clock.advance(minute);
    expect(lab.told).toEqual(['b1 down 1']);
  });

  it('is not told of what its operator has taken out, until the operator lets it go', async () => {
    await using lab = new Balancer(readable);
    lab.states.set('b1', 'up').set('b2', 'up');
    lab.want('up', 1, 'b1');
    lab.want('up', 2, 'b2');
    await lab.clock.advance(minute);
    lab.toldSince();
    lab.states.set('b1', 'maint');
    await lab.clock.advance(15_000);
    expect(lab.reconciler.statusOf('b1')).toEqual({ outcome: 'left-alone', attempts: 0, error: null, shows: 'maint' });
    lab.want('drain', 3, 'b1', 'up');
    lab.want('up', 4, 'b1', 'drain');
    lab.want('down', 5, 'b2', 'up');
    await lab.clock.advance(5 * minute);
    expect(lab.toldSince()).toEqual(['b2 down 5']);
    expect(lab.found).toEqual(['left-alone b1 maint']);
    lab.states.set('b1', 'off');
    await lab.clock.advance(minute);
    expect(lab.found.slice(1)).toEqual(['left-alone b1 off']);
    lab.states.set('b1', 'up');
    await lab.clock.advance(15_000);
    expect(lab.toldSince()).toEqual(['b1 up 4']);
    expect(lab.reconciler.statusOf('b1')).toMatchObject({ outcome: 'delivered' });
  });

  it('keeps what its operator set in the moment before it would be told', async () => {
    await using lab = new Balancer(readable);
    lab.states.set('b1', 'up');
    lab.want('up', 1);
    await lab.clock.advance(minute);
    lab.states.set('b1', 'off');
    lab.want('down', 2, 'b1', 'up');
    await lab.clock.advance(1);
    expect(lab.states.get('b1')).toBe('off');
    expect(lab.found).toEqual(['left-alone b1 off']);
  });

  it("does not take for its operator's what we set ourselves, said to hold or not", async () => {
    await using lab = new Balancer(readable);
    lab.states.set('b1', 'up');
    lab.want('drain', 1, 'b1', 'up');
    await lab.clock.advance(minute);
    lab.want('up', 2, 'b1', 'drain');
    await lab.clock.advance(minute);
    expect(lab.states.get('b1')).toBe('up');
    // This one is taken, but the answer is lost.
    lab.failures.push(new Error('no answer'));
    lab.want('down', 3, 'b1', 'up');
    await lab.clock.advance(1);
    lab.states.set('b1', 'maint');
    lab.want('up', 4, 'b1', 'down');
    await lab.clock.advance(1);
    expect(lab.states.get('b1')).toBe('up');
    expect(lab.found).toEqual([]);
  });

  it("does not take for its operator's what we set before we were killed", async () => {
    await using lab = new Balancer(readable);
    lab.states.set('b1', 'maint');
    lab.reconciler.resume(aChange({ state: 'down', sequence: 1 }), 'delivered');
    await lab.clock.advance(minute);
    lab.want('up', 2, 'b1', 'down');
    await lab.clock.advance(1);
    expect(lab.states.get('b1')).toBe('up');
    expect(lab.found).toEqual([]);
  });

  it('belongs to its operator where a new hook finds it taken out', async () => {
    await using lab = new Balancer(readable);
    lab.states.set('b1', 'maint');
    lab.reconciler.resume(aChange({ state: 'down', previous: 'up' }), 'new');
    await lab.clock.advance(minute);
    expect(lab.told).toEqual([]);
    expect(lab.found).toEqual(['left-alone b1 maint']);
  });

  it("does not take for its operator's what we had set, but not yet written down, when we were killed", async () => {
    await using lab = new Balancer(readable);
    lab.states.set('b1', 'maint');
    lab.reconciler.resume(aChange({ state: 'down', previous: 'up', sequence: 2 }), 'pending');
    await lab.clock.advance(1);
    expect(lab.told).toEqual(['b1 down 2']);
    lab.want('up', 3, 'b1', 'down');
    await lab.clock.advance(1);
    expect(lab.states.get('b1')).toBe('up');
    expect(lab.found).toEqual([]);
  });
});
