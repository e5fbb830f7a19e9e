import fc from 'fast-check';
import t from 'tap';
import { cpuStatParser } from '../src/cpu-stat.ts';
import { keyedLines, twinFields } from './suite/keyed.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { flatTwin } from './suite/twins.ts';

for (const file of ['cpu.stat', 'cpu.stat.local'] as const) {
  const fields = twinFields('containers', file);
  parserSuite({
    fixtures: file.replaceAll('.', '-'),
    table: 'containers',
    make: (layout) => cpuStatParser(layout, file),
    twin: flatTwin(fields),
    text: keyedLines(fields, ' ', fc.constant('')),
  });
}

t.strictSame(
  twinFields('containers', 'cpu.stat').map(({ key }) => key),
  [
    'usage_usec',
    'user_usec',
    'system_usec',
    'nice_usec',
    'core_sched.force_idle_usec',
    'nr_periods',
    'nr_throttled',
    'throttled_usec',
    'nr_bursts',
    'burst_usec',
  ],
  'knows every key of the file',
);
