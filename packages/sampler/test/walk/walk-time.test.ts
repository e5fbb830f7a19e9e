import t from 'tap';
import { MeasuredWalkTime, ModelledWalkTime } from '../../src/walk/walk-time.ts';

void t.test('what is modelled depends on pages alone', (t) => {
  const time = new ModelledWalkTime({ monotonic: () => 5, wall: () => 7 });
  t.equal(time.now(), 5);
  t.equal(time.ofAll(0, 0), 20);
  t.equal(time.ofAll(-1000, 1000), 80);
  t.equal(time.ofPart(), 0);
  t.end();
});

void t.test('what is measured is as long as it took', (t) => {
  const time = new MeasuredWalkTime();
  const start = time.now();
  while (performance.now() - start < 2);
  t.ok(time.ofAll(start) >= 2000);
  t.ok(time.ofPart(start) >= 2000);
  t.end();
});
