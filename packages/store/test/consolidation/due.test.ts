import t from 'tap';
import { type Clock, dueDay, dueHours, GRACE_MS } from '../../src/consolidation/due.ts';
import type { ClosedFile } from '../../src/closed-files.ts';
import { HOUR } from './window-file.ts';

const HOUR_MS = 3_600_000;
const file = (start: number, end: number | null = null): ClosedFile => ({
  table: 'containers',
  path: `/data/${start}-${end}`,
  identifier: 'a',
  start: HOUR + start,
  end: end === null ? null : HOUR + end,
  bytes: 1,
  modified: 0,
});
const at = (now: number, ...opened: number[]): Clock => ({ now: HOUR + now, opened: opened.map((one) => HOUR + one) });
const OVER = HOUR_MS + GRACE_MS;

for (const [what, files, clock, hours] of [
  ['nothing', [], at(OVER), 0],
  ['one file', [file(0)], at(OVER), 0],
  ['two', [file(0), file(90_000)], at(OVER), 1],
  ['two, a moment too early', [file(0), file(90_000)], at(OVER - 1), 0],
  ['two, the clock was set back', [file(0), file(90_000)], at(-HOUR_MS), 0],
  ['one in each of two hours', [file(0), file(HOUR_MS)], at(OVER * 3), 0],
  ['the last of an hour and the first of the next', [file(HOUR_MS - 1), file(HOUR_MS)], at(OVER * 3), 0],
  ['a window, and the file of its hour', [file(0, HOUR_MS), file(90_000)], at(OVER), 1],
  ['a window, and the file of its day', [file(0, 5 * HOUR_MS), file(90_000)], at(OVER), 0],
  ['a segment of the hour is open', [file(0), file(90_000)], at(OVER, 180_000), 0],
  ['one that was opened just before it', [file(0), file(90_000)], at(OVER, -5_000), 0],
  ['one of the next hour', [file(0), file(90_000)], at(OVER, HOUR_MS), 1],
  ['one of long ago', [file(0), file(90_000)], at(OVER, -HOUR_MS), 1],
] as const) {
  t.test(`hours: ${what}`, async (t) => t.equal(dueHours(files, clock).length, hours));
}

t.test('a day is over at midnight', async (t) => {
  const day = [file(0, HOUR_MS), file(HOUR_MS, 2 * HOUR_MS)];
  const midnight = 19 * HOUR_MS;
  t.equal(dueDay(day, at(midnight + GRACE_MS - 1)), null);
  t.equal(dueDay(day, at(midnight + GRACE_MS)), day);
  t.equal(dueDay(day, at(midnight + GRACE_MS, 3 * HOUR_MS)), null, 'a segment of it is open');
  t.equal(dueDay(day.slice(1), at(midnight * 2)), null);
  t.equal(dueDay([], at(midnight * 2)), null);
});
