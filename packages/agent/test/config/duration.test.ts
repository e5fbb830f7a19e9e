import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { formatDuration, parseDuration } from '../../src/config/duration.ts';

const VALID: readonly (readonly [string, number])[] = [
  ['50ms', 50_000],
  ['1s', 1_000_000],
  ['1.5s', 1_500_000],
  ['0.5ms', 500],
  ['90s', 90_000_000],
  ['1m30s', 90_000_000],
  ['7d', 604_800_000_000],
  ['1h1us', 3_600_000_001],
  ['0s', 0],
];

const INVALID = [
  '',
  '1',
  's',
  '1 s',
  ' 1s',
  '1s ',
  '-1s',
  '+1s',
  '1e3s',
  '1S',
  '1sec',
  '30s1m',
  '1s1s',
  '0.5us',
  '.5s',
  '1.s',
  '1s.',
  '99999999999d',
  '∞',
  'NaN',
  '1s\n',
];

t.test('durations with units are microseconds', (t) => {
  for (const [text, usec] of VALID) t.equal(parseDuration(text), usec, text);
  t.end();
});

t.test('anything else is not a duration', (t) => {
  for (const text of INVALID) t.equal(parseDuration(text), undefined, JSON.stringify(text));
  t.end();
});

t.test('a formatted duration reads back as itself', async (t) => {
  await holds(
    t,
    fc.property(fc.maxSafeNat(), (usec) => parseDuration(formatDuration(usec)) === usec),
  );
});
