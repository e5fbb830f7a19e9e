import t from 'tap';
import { formatBytes, formatCount, formatPercent, formatSpan, plural } from '../../src/text/quantity.ts';

t.test('bytes', (t) => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0 B'],
    [1, '1 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [1_048_000, '1023 KiB'],
    [1_048_575, '1.0 MiB'],
    [1536 * 1024, '1.5 MiB'],
    [10 * 2 ** 20, '10 MiB'],
    [2 ** 30, '1.0 GiB'],
    [2 ** 60, '1024 PiB'],
  ];
  for (const [bytes, text] of cases) t.equal(formatBytes(bytes), text);
  t.end();
});

t.test('percent', (t) => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0.0%'],
    [0.04, '0.0%'],
    [12.34, '12.3%'],
    [99.4, '99.4%'],
    [99.96, '100%'],
    [1234.5, '1235%'],
  ];
  for (const [percent, text] of cases) t.equal(formatPercent(percent), text);
  t.end();
});

t.test('time spans, from microseconds', (t) => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0 ms'],
    [40, '0.04 ms'],
    [1500, '1.5 ms'],
    [12_400, '12 ms'],
    [1_500_000, '1.5 s'],
  ];
  for (const [usec, text] of cases) t.equal(formatSpan(usec), text);
  t.end();
});

t.test('counts', (t) => {
  t.equal(formatCount(1_234_567), '1,234,567');
  t.equal(plural(1, 'row'), '1 row');
  t.equal(plural(0, 'row'), '0 rows');
  t.equal(plural(1000, 'row'), '1,000 rows');
  t.end();
});
