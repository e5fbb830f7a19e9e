import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { WakeLead } from '../src/wake-lead.ts';

function after(intervalMs: number, lateness: readonly number[]): number {
  const lead = new WakeLead(intervalMs);
  for (const late of lateness) lead.observe(late);
  return lead.ms;
}

t.test('it is as long as wake-ups are late', async (t) => {
  t.equal(after(1000, []), 0);
  const calm = after(1000, Array<number>(100).fill(0.2));
  t.ok(calm > 0.15 && calm <= 0.2, `${calm}`);
  t.ok(after(1000, Array<number>(10).fill(3)) > 2.9, 'within ten ticks');
});

t.test('it goes back when the machine is calm again', async (t) => {
  const busy = Array<number>(10).fill(4);
  t.ok(after(1000, [...busy, ...Array<number>(150).fill(0.1)]) < 0.3);
});

t.test('it is bounded, whatever comes', async (t) => {
  const late = fc.array(fc.double({ min: -10, max: 1e6, noNaN: true }));
  const property = fc.property(late, fc.integer({ min: 50, max: 60_000 }), (lateness, interval) => {
    const lead = after(interval, lateness);
    return lead >= 0 && lead <= 5 && lead <= interval / 50;
  });
  await holds(t, property);
});
