import fc from 'fast-check';
import t from 'tap';
import { cpuMaxParser } from '../src/cpu-max.ts';
import { decimal } from './suite/mutations.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { twin } from './suite/twins.ts';

const bench = parserSuite({
  fixtures: 'cpu-max',
  table: 'containers',
  make: cpuMaxParser,
  twin: twin((lines, values) => {
    const [, quota, period] = /^(max|[0-9]+) ([0-9]+)$/.exec(lines.join('\n')) ?? [];
    if (quota === undefined || period === undefined) return false;
    if (quota !== 'max') values.add({ key: '', name: 'cpu_max_quota_usec' }, quota);
    return values.add({ key: '', name: 'cpu_max_period_usec' }, period);
  }),
  text: fc.tuple(fc.oneof(decimal, fc.constant('max')), decimal).map(([quota, period]) => `${quota} ${period}\n`),
});

t.strictSame(bench.run('max 100000\n').values, { cpu_max_period_usec: 100000 }, 'no limit is null, not a large number');
