import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { BurstHistory } from '../../src/burst/burst-history.ts';
import { BurstPool } from '../../src/burst/burst-pool.ts';

const WIDTH = 3;
const ROWS = 50;

function make(): BurstHistory {
  return new BurstHistory(WIDTH, new Float64Array(ROWS * WIDTH + 2));
}

function write(history: BurstHistory, time: number): void {
  history.set(0, time);
  history.set(WIDTH - 1, -time);
  history.commit();
}

function times(history: BurstHistory): number[] {
  const numbers = Array.from({ length: history.end - history.start }, (_, index) => history.start + index);
  return numbers.map((number) => history.get(number, 0));
}

t.test('what is kept is the last rows in the order of time', async (t) => {
  const steps = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { maxLength: 300 });
  const property = fc.property(steps, fc.boolean(), (lengths, reused) => {
    const history = make();
    if (reused) {
      for (let row = 0; row < 100; row++) write(history, row);
      history.clear();
    }
    const all: number[] = [];
    let time = 1_700_000_000_000_000;
    for (const length of lengths) {
      time += length;
      all.push(time);
      write(history, time);
    }
    t.strictSame(times(history), all.slice(-ROWS));
  });
  await holds(t, property);
});

t.test('a row that is begun and not committed is no row', async (t) => {
  const history = make();
  write(history, 1);
  history.set(0, 2);
  t.same(times(history), [1]);
  write(history, 3);
  t.same(times(history), [1, 3]);
});

t.test('a row that repeats the last one, over the end of the circle too', async (t) => {
  const history = make();
  write(history, 7);
  for (let row = 1; row < ROWS * 2 + 3; row++) {
    history.repeat();
    history.commit();
  }
  t.equal(times(history).length, ROWS);
  for (let number = history.start; number < history.end; number++)
    t.same(
      [0, WIDTH - 1].map((column) => history.get(number, column)),
      [7, -7],
    );
});

const SETTINGS = {
  intervalMs: 100,
  windowMs: 30_000,
  afterMs: 10_000,
  triggers: { events: [], memory: null, throttled: null, pressure: null },
};

t.test('a pool has room for as many as fit into its memory, and none overlap', async (t) => {
  const one = new BurstPool({ ...SETTINGS, memoryBytes: 2 ** 24 }, 1, WIDTH).historyBytes;
  const pool = new BurstPool({ ...SETTINGS, memoryBytes: one * 7 - 1 }, 2, WIDTH);
  t.equal(pool.capacity, 3);
  const taken = [pool.take()!, pool.take()!, pool.take()!];
  t.equal(pool.take(), null);
  const { capacity } = taken[0]!;
  t.ok(capacity >= 300, 'a whole window');
  for (const [index, history] of taken.entries()) {
    for (let row = 0; row < capacity; row++) write(history, index * 1000 + row);
  }
  for (const [index, history] of taken.entries()) {
    t.strictSame(
      times(history),
      Array.from({ length: capacity }, (_, row) => index * 1000 + row),
    );
  }
  pool.give(taken[1]!);
  t.equal(pool.take()!.end, 0, 'given back, it is empty');
  t.equal(pool.take(), null);
  t.equal(new BurstPool({ ...SETTINGS, memoryBytes: one - 1 }, 1, WIDTH).take(), null, 'too little is nothing');
});
