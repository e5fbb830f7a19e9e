import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { BEGUN, CALM, Episode, GOING_ON, OVER } from '../../src/events/episode.ts';

const CASES: readonly (readonly [
  name: string,
  start: number,
  values: readonly number[],
  outcomes: readonly number[],
])[] = [
  ['the first value is where it starts', -1, [7, 7, 9], [CALM, CALM, BEGUN]],
  ['known to begin at 0', 0, [7], [BEGUN]],
  [
    'growth with pauses is one episode',
    -1,
    [0, 1, 1, 1, 1, 2, 2],
    [CALM, BEGUN, GOING_ON, GOING_ON, GOING_ON, GOING_ON, GOING_ON],
  ],
  [
    'five quiet ticks end it',
    -1,
    [0, 1, 1, 1, 1, 1, 1, 1],
    [CALM, BEGUN, GOING_ON, GOING_ON, GOING_ON, GOING_ON, OVER, CALM],
  ],
  ['absent is nothing', -1, [-1, 0, -1, 1], [CALM, CALM, CALM, BEGUN]],
  ['less than before has begun anew', -1, [5, 2, 3], [CALM, CALM, BEGUN]],
];

for (const [name, start, values, outcomes] of CASES)
  t.test(name, async (t) => {
    const episode = new Episode(start);
    t.same(
      values.map((value, tick) => episode.observe(value, tick)),
      outcomes,
    );
  });

t.test('all growth is in some episode, and none twice', async (t) => {
  const steps = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 200 });
  await holds(
    t,
    fc.property(steps, (growths) => {
      const episode = new Episode(0);
      let value = 0;
      let told = 0;
      for (const [tick, growth] of growths.entries()) {
        value += growth;
        if (episode.observe(value, tick) === OVER) told += episode.growth;
      }
      if (episode.end()) told += episode.growth;
      return told === value;
    }),
  );
});
