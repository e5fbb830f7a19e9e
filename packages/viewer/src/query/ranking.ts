import { type Piece, scanPart } from '@fgm/store/read';
import { type Recording, untilSteady, type Wanted } from '../recordings/recording.ts';
import { KEYS, type Metric, rateFactor } from '../recordings/metric.ts';
import { Rates, rateStart } from './rates.ts';

export const RANKINGS = ['avg', 'max', 'last'] as const;
export type Ranking = (typeof RANKINGS)[number];

interface Standing {
  sum: number;
  count: number;
  highest: number;
  last: number;
}

/**
 * What a metric came to for each container over a range, all of its rows looked at: where it has several processes or devices, the
 * mean, the greatest or the last of all of their values.
 * @param interval milliseconds between ticks
 * @returns by the container's id
 */
export function rank(
  recording: Recording,
  metric: Metric,
  range: Wanted,
  interval: number,
  how: Ranking,
): Promise<Map<string, number>> {
  return untilSteady(recording, async () => {
    const standings = new Map<string, Standing>();
    const rates = new Map<string, Rates>();
    const from = metric.kind === 'counter' ? rateStart(range.from, interval) : range.from;
    const wanted = { ...range, from };
    const scan = { columns: [metric.name], containers: null, ...wanted, keys: KEYS[metric.table] };
    await recording.eachPart(metric.table, wanted, ({ part }) =>
      part.has(metric.name) ? scanPart(part, scan, take) : 0,
    );
    return new Map([...standings].map(([container, standing]) => [container, figureOf(standing, how)]));

    function take({ container, keys, times, values: [values] }: Piece): void {
      let standing = standings.get(container);
      if (standing === undefined) {
        standings.set(container, (standing = { sum: 0, count: 0, highest: -Infinity, last: NaN }));
      }
      const rate = metric.kind === 'counter' ? rateOf([container, ...keys].join('\n')) : null;
      const ranked = rate?.of(times, values!) ?? values!;
      let { sum, count, highest, last } = standing;
      for (let row = 0; row < times.length; row++) {
        const value = ranked[row]!;
        if (Number.isNaN(value) || times[row]! < range.from) continue;
        sum += value;
        count++;
        last = value;
        if (value > highest) highest = value;
      }
      Object.assign(standing, { sum, count, highest, last });
    }

    function rateOf(thing: string): Rates {
      let found = rates.get(thing);
      if (found === undefined) rates.set(thing, (found = new Rates(rateFactor(metric))));
      return found;
    }
  });
}

function figureOf({ sum, count, highest, last }: Standing, how: Ranking): number {
  if (count === 0) return NaN;
  const figures: Readonly<Record<Ranking, number>> = { avg: sum / count, max: highest, last };
  return figures[how];
}
