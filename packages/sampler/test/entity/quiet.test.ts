import t from 'tap';
import { Quiet, refreshTicks } from '../../src/entity/quiet.ts';

t.test('everything is read while the witnesses move, and once more after', async (t) => {
  const quiet = new Quiet();
  const observed = [
    [100, 5],
    [100, 5],
    [100, 5],
    [101, 5],
    [101, 5],
    [101, 5],
    [101, 6],
    [101, 6],
    [101, 6],
  ].map(([usage, memory]) => quiet.observe(usage!, memory!, 3));
  t.same(observed, [true, true, false, true, true, false, true, true, false]);
});

t.test('a witness that cannot be read never lets anything be skipped', async (t) => {
  const quiet = new Quiet();
  for (let tick = 0; tick < 5; tick++) t.ok(quiet.observe(-1, 7, 1));
});

t.test('without a memory witness CPU usage decides alone', async (t) => {
  const quiet = new Quiet();
  t.same(
    [1, 1, 1].map((usage) => quiet.observe(usage, -1, -1)),
    [true, true, false],
  );
});

t.test('disturb makes the next reading full', async (t) => {
  const quiet = new Quiet();
  for (let tick = 0; tick < 3; tick++) quiet.observe(1, 1, 1);
  quiet.disturb();
  t.ok(quiet.observe(1, 1, 1));
});

t.test('refreshes come every thirty seconds, or at each tick of slow intervals', async (t) => {
  t.equal(refreshTicks(1000), 30);
  t.equal(refreshTicks(50), 600);
  t.equal(refreshTicks(60_000), 1);
});

t.test('a process that was moved in is seen though it sleeps', async (t) => {
  const quiet = new Quiet();
  for (let tick = 0; tick < 3; tick++) quiet.observe(1, 1, 1);
  t.ok(quiet.observe(1, 1, 2));
});
