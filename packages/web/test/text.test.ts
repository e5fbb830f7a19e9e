/** How the page writes values, times and matches, without a browser. */
import t from 'tap';
import { bestOf, fit } from '../src/fuzzy.ts';
import { coloursOf } from '../src/palette.ts';
import { formatLength } from '../src/times.ts';
import { formatValue } from '../src/units.ts';

t.test('values with their units', (t) => {
  const cases: readonly (readonly [value: number | null, unit: string | null, text: string])[] = [
    [null, 'bytes', '–'],
    [NaN, 'bytes', '–'],
    [0, 'bytes', '0 B'],
    [1023, 'bytes', '1023 B'],
    [1536, 'bytes', '1.50 KiB'],
    [313 * 2 ** 20, 'bytes', '313 MiB'],
    [2 ** 60, 'bytes', '1024 PiB'],
    [1536, 'bytes/s', '1.50 KiB/s'],
    [0.0314, 'ratio', '3.14 %'],
    [12.34, 'percent', '12.3 %'],
    [86.5, 'millicores', '86.5 m'],
    [1250, 'millicores', '1.25 CPU'],
    [1234567, 'count', '1.23M'],
    [-2500, null, '-2.50k'],
    [2500, 'usec', '2.50 ms'],
    [90e6, 'usec', '1.50 min'],
    [5, 'count/s', '5/s'],
    [0.00123, 'count', '0.0012'],
  ];
  for (const [value, unit, text] of cases) t.equal(formatValue(value, unit), text);
  t.end();
});

t.test('lengths of time in their two largest units', (t) => {
  t.same([0, 999, 59_000, 61_000, 3_600_000, 7_500_000, 90_000_000_0].map(formatLength), [
    '0 s',
    '1 s',
    '59 s',
    '1 min 1 s',
    '1 h',
    '2 h 5 min',
    '10 d 10 h',
  ]);
  t.end();
});

t.test('some letters find what is meant', (t) => {
  const metrics = [
    'containers.memory_stat_anon_bytes',
    'containers.memory_current_bytes',
    'containers.cpu_stat_throttled_usec',
    'processes.stat_rss_bytes',
    'mappings.smaps_rss_bytes',
    'node.meminfo_memfree_bytes',
  ];
  const first = (letters: string): string | undefined => bestOf(letters, metrics, (one) => one, 1)[0];
  t.equal(first('memory anon'), 'containers.memory_stat_anon_bytes');
  t.equal(first('mem cur'), 'containers.memory_current_bytes');
  t.equal(first('throttled'), 'containers.cpu_stat_throttled_usec');
  t.equal(first('proc rss'), 'processes.stat_rss_bytes');
  t.equal(first('MEMFREE'), 'node.meminfo_memfree_bytes');
  t.equal(first('xyz'), undefined);
  t.equal(fit('ab', 'ba'), null);
  t.same(
    bestOf('', metrics, (one) => one, 2),
    metrics.slice(0, 2),
  );
  t.end();
});

t.test('lines that stand together have colours of their own', (t) => {
  const names = Array.from({ length: 10 }, (_, at) => `container-${at}`);
  t.equal(new Set(coloursOf(names)).size, 10);
  t.same(coloursOf(names), coloursOf(names));
  t.equal(coloursOf([...names, 'one-more']).length, 11);
  t.end();
});
