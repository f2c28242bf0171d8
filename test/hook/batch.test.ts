import { expect, it } from 'vitest';
import { Balancer } from './a-balancer.ts';

it('tells what is wanted in one go in one batch', async () => {
  await using lab = new Balancer({ batch: 100 });
  for (let i = 1; i <= 3; i++) lab.want('down', i, `b${i}`);
  await lab.clock.advance(1);
  expect(lab.told).toEqual(['b1 down 1, b2 down 2, b3 down 3']);
});

it('makes no batch larger than the driver takes, and never two at once', async () => {
  await using lab = new Balancer({ batch: 2, takesMs: 100 });
  for (let i = 1; i <= 5; i++) lab.want('down', i, `b${i}`);
  await lab.clock.advance(1_000);
  expect(lab.told).toEqual(['b1 down 1, b2 down 2', 'b3 down 3, b4 down 4', 'b5 down 5']);
});

it('gathers what changes while a batch is under way for the next one', async () => {
  await using lab = new Balancer({ batch: 100, takesMs: 100 });
  lab.want('down', 1, 'b1');
  await lab.clock.advance(10);
  lab.want('down', 2, 'b2');
  lab.want('up', 3, 'b1');
  lab.want('up', 4, 'b2');
  await lab.clock.advance(1_000);
  expect(lab.told).toEqual(['b1 down 1', 'b2 up 4, b1 up 3']);
});

it('tries again only what failed of a batch', async () => {
  await using lab = new Balancer({ batch: 100 });
  lab.broken.set('b2', 'no backend b2');
  for (let i = 1; i <= 3; i++) lab.want('down', i, `b${i}`);
  await lab.clock.advance(1_000);
  expect(lab.told).toEqual(['b1 down 1, b3 down 3']);
  expect(lab.reconciler.statusOf('b2')).toMatchObject({ outcome: 'failing', error: 'no backend b2' });
  lab.broken.clear();
  await lab.clock.advance(60_000);
  expect(lab.told.slice(1)).toEqual(['b2 down 2']);
});

it('tries again together what failed together, and takes along what is new', async () => {
  await using lab = new Balancer({ batch: 100 });
  lab.failures.push(...Array.from({ length: 5 }, () => new Error('away')));
  for (let i = 1; i <= 3; i++) lab.want('down', i, `b${i}`);
  await lab.clock.advance(1_000);
  lab.failures.splice(0);
  lab.want('down', 4, 'b4');
  await lab.clock.advance(0);
  expect(lab.told).toEqual(['b4 down 4, b1 down 1, b2 down 2, b3 down 3']);
});
