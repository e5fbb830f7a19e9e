import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { Backoff } from '../../src/kubernetes/backoff.ts';

t.test('twice as long each time, up to the bound, and short again after a success', (t) => {
  const backoff = new Backoff(100, 1000, () => 0.5);
  t.same(
    [1, 2, 3, 4, 5, 6].map(() => backoff.next()),
    [75, 150, 300, 600, 750, 750],
  );
  backoff.reset();
  t.equal(backoff.next(), 75);
  t.end();
});

t.test('never less than half of it, never more than the bound, however often', async (t) => {
  await holds(
    t,
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 2000 }), (firstMs, failures) => {
      const longest = firstMs * 50;
      const backoff = new Backoff(firstMs, longest);
      const pauses = Array.from({ length: failures }, () => backoff.next());
      return pauses.every((pause) => pause >= firstMs / 2 && pause <= longest);
    }),
  );
});
