import { ROW_NAME_IDLE_MS } from '@fgm/catalog';
import t from 'tap';
import { RowNumbers } from '../../src/rows/row-numbers.ts';

const IDLE = ROW_NAME_IDLE_MS / 1000;

t.test('a name keeps its number as long as it has rows', (t) => {
  const numbers = new RowNumbers(1000);
  t.equal(numbers.use(3, 100), -1, 'at first it has none');
  numbers.set(3, 77, 100);
  t.equal(numbers.use(3, 100 + IDLE), 77);
  t.equal(numbers.use(3, 100 + 2 * IDLE), 77, 'the last row counts');
  t.equal(numbers.use(3, 101 + 3 * IDLE), -1, 'too long without one');
  numbers.set(3, 99, 101 + 3 * IDLE);
  t.equal(numbers.use(3, 101 + 3 * IDLE), 99);
  t.equal(numbers.use(4, 101 + 3 * IDLE), -1, 'each by itself');
  t.end();
});

t.test('a clock that is set back takes nothing away, and a row then does not make it seem older', (t) => {
  const numbers = new RowNumbers(1000);
  numbers.set(0, 5, 10_000);
  t.equal(numbers.use(0, 2000), 5);
  t.equal(numbers.use(0, 10_000 + IDLE), 5);
  t.end();
});

t.test('places that stand for other names', (t) => {
  const numbers = new RowNumbers(1000);
  numbers.set(0, 5, 1);
  numbers.clear();
  t.equal(numbers.use(0, 1), -1);
  t.end();
});
