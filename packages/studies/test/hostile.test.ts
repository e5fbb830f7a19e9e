/** Whatever is given, every study answers, with finite numbers, or with nothing. */
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { anomalies, changePoints, correlation, periodicity, type Series, trend } from '../src/index.ts';
import { Generator, seriesOf, START } from './generator.ts';

/** All numbers in an answer. */
function numbersIn(answer: unknown): number[] {
  if (typeof answer === 'number') return [answer];
  return typeof answer === 'object' && answer !== null ? Object.values(answer).flatMap(numbersIn) : [];
}

function studiesOf(series: Series): Readonly<Record<string, unknown>> {
  return {
    periodicity: periodicity(series),
    changePoints: changePoints(series),
    trend: trend(series),
    correlation: correlation(series, new Map([['other', series]])),
    anomalies: anomalies(series, { history: 8 }),
  };
}

function confidencesIn(answer: unknown): number[] {
  if (typeof answer !== 'object' || answer === null) return [];
  return Object.entries(answer).flatMap(([name, value]) =>
    name === 'confidence' ? [value as number] : confidencesIn(value),
  );
}

function isSane(answers: unknown): boolean {
  return numbersIn(answers).every(Number.isFinite) && confidencesIn(answers).every((one) => one >= 0 && one <= 1);
}

const NOTHING = { periodicity: [], changePoints: [], trend: null, correlation: [], anomalies: [] };

const generator = new Generator(1);
const white = generator.white(500);

const EMPTY: Readonly<Record<string, Series>> = {
  'no values': seriesOf(new Float64Array()),
  'one value': seriesOf(Float64Array.of(1)),
  'two values': seriesOf(Float64Array.of(1, 2)),
  'not a number': seriesOf(new Float64Array(500).fill(NaN)),
  infinite: seriesOf(white.map((one) => one * Infinity)),
  'too great': seriesOf(white.map((one) => one * 1e300)),
  constant: seriesOf(new Float64Array(500).fill(0.1)),
  'constant and great': seriesOf(new Float64Array(500).fill(1e150)),
  'all at one time': { times: new Float64Array(500).fill(START), values: white },
  'at no time': { times: new Float64Array(500).fill(NaN), values: white },
  backwards: { times: white.map((_, at) => START - at), values: white },
  'times without values': { times: seriesOf(white).times, values: new Float64Array() },
};

for (const [name, series] of Object.entries(EMPTY)) {
  t.test(name, (t) => {
    t.same(studiesOf(series), NOTHING);
    t.end();
  });
}

const ODD: Readonly<Record<string, Series>> = {
  'great values': seriesOf(white.map((one) => one * 1e149)),
  'tiny values': seriesOf(white.map((one) => one * 1e-300)),
  'least values': seriesOf(white.map((one) => Math.round(one) * Number.MIN_VALUE)),
  'one great value': seriesOf(white.map((one, at) => (at === 250 ? 1e150 : one))),
  'some infinite': seriesOf(white.map((one, at) => (at % 7 === 0 ? Infinity : at % 11 === 0 ? Number.MAX_VALUE : one))),
  'each time twice': { times: white.map((_, at) => START + Math.floor(at / 2) * 1000), values: white },
  'years between': { times: white.map((_, at) => START + at * 1000 + (at > 250 ? 1e12 : 0)), values: white },
  'intervals that grow': { times: white.map((_, at) => START + 1.05 ** at), values: white },
  'two values in turn': seriesOf(white.map((_, at) => at % 2)),
  'three values': seriesOf(Float64Array.of(0, 1, 0)),
};

for (const [name, series] of Object.entries(ODD)) {
  t.test(name, (t) => {
    const answers = studiesOf(series);
    t.ok(isSane(answers), JSON.stringify(answers).slice(0, 500));
    t.end();
  });
}

t.test('any values at any times', async (t) => {
  const value = fc.oneof(
    fc.double(),
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom(NaN, Infinity, -Infinity, 1e9, Number.MAX_VALUE, 5e-324),
  );
  const gap = fc.oneof(
    fc.constant(1000),
    fc.integer({ min: -5, max: 1e6 }),
    fc.double({ min: 0, max: 1e12, noNaN: true }),
  );
  const list = fc.array(fc.tuple(gap, value), { maxLength: 300, size: 'max' });
  await holds(
    t,
    fc.property(list, (rows) => {
      let time = START;
      const series = {
        times: Float64Array.from(rows, ([after]) => (time += after)),
        values: Float64Array.from(rows, ([, one]) => one),
      };
      return isSane(studiesOf(series));
    }),
    100,
  );
});
