import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { parseTimeText } from '../src/time-text.ts';

const NEWEST = Date.UTC(2026, 10, 21, 6);

const RIGHT: readonly (readonly [string, number])[] = [
  ['-15m', NEWEST - 900_000],
  ['-1.5h', NEWEST - 5_400_000],
  ['-0s', NEWEST],
  ['-7d', NEWEST - 7 * 86_400_000],
  [String(NEWEST), NEWEST],
  ['2026-11-21T06:00:00Z', NEWEST],
  ['2026-11-21T08:00:00+02:00', NEWEST],
  ['2026-11-21', NEWEST - 6 * 3_600_000],
  ['2026-11-21T06:00', NEWEST],
  ['2026-11-21 06:00:00', NEWEST],
  ['2026-11-21T06:00:00.250', NEWEST + 250],
];

t.test('times as people write them', (t) => {
  for (const [text, time] of RIGHT) t.equal(parseTimeText(text, NEWEST), time, text);
  t.end();
});

t.test('before the newest data, whatever the clock said that they were recorded by', (t) => {
  t.equal(parseTimeText('-15m', 1_000_000), 100_000);
  t.equal(parseTimeText('-15m', 0), -900_000);
  t.end();
});

t.test('whatever zone the machine is in', (t) => {
  const before = process.env['TZ'];
  process.env['TZ'] = 'America/New_York';
  t.teardown(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });
  for (const [text, time] of RIGHT) t.equal(parseTimeText(text, NEWEST), time, text);
  t.end();
});

t.test('what is no time', (t) => {
  for (const wrong of [
    '2026-02-30',
    '2026-04-31T10:00:00Z',
    '2025-02-29',
    '2026-13-01',
    '',
    'now',
    '-1y',
    '12',
    '1e12',
    '99999999999999',
    'NaN',
    '-15',
    '-1000y',
    '-99999d',
    `-${'9'.repeat(400)}d`,
    '2026-13-01',
    "'; DROP",
    "' OR '1'='1",
    'Nov 21 2026',
    '2026',
    '2026-11',
  ]) {
    t.equal(parseTimeText(wrong, NEWEST), undefined, wrong);
  }
  t.end();
});

t.test('any text is a time of these centuries or not long before the newest data, or none', async (t) => {
  const piece = fc.constantFrom(
    '-',
    '1',
    '9',
    '0',
    ':',
    'T',
    'Z',
    '.',
    '+',
    ' ',
    's',
    'm',
    'h',
    'd',
    '2026-11-21',
    'e',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece).map((pieces) => pieces.join('')),
  );
  await holds(
    t,
    fc.property(text, (one) => {
      const time = parseTimeText(one, NEWEST);
      const first = one.startsWith('-') ? NEWEST - (Date.UTC(2200, 0, 1) - Date.UTC(2000, 0, 1)) : Date.UTC(2000, 0, 1);
      return time === undefined || (time >= first && time < Date.UTC(2200, 0, 1));
    }),
  );
});

t.test('a time comes back out of each of its texts', async (t) => {
  await holds(
    t,
    fc.property(fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2200, 0, 1) - 1 }), (time) => {
      const iso = new Date(time).toISOString();
      const texts = [String(time), iso, iso.slice(0, -1), iso.replace('T', ' '), iso.replace('Z', '+00:00')];
      return texts.every((text) => parseTimeText(text, NEWEST) === time);
    }),
  );
});
