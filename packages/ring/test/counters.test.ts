import t from 'tap';
import { Counters } from '../src/index.ts';

const NAMES = ['ticks', 'late_usec', 'rows'] as const;

t.test('a number is what was set and added, and nobody else changes it', async (t) => {
  const mine = Counters.create(NAMES);
  const theirs = new Counters(NAMES, mine.buffer);
  for (const name of NAMES) t.equal(theirs.get(name), 0);
  mine.add(mine.index('ticks'), 2);
  mine.add(mine.index('ticks'), 3);
  mine.set(mine.index('rows'), 2 ** 53);
  t.equal(theirs.get('ticks'), 5);
  t.equal(theirs.get('late_usec'), 0);
  t.equal(theirs.get('rows'), 2 ** 53);
});

t.test('a name that is not in the list is refused', async (t) => {
  const counters = Counters.create(NAMES);
  t.throws(() => counters.index('tick' as 'ticks'), { name: 'RangeError', message: 'no counter named tick' });
  t.throws(() => counters.get('' as 'ticks'), RangeError);
});
