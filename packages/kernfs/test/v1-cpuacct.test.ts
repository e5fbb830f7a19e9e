import fc from 'fast-check';
import t from 'tap';
import { v1CpuacctStatParser, v1CpuacctUsageParser } from '../src/v1-cpuacct.ts';
import { keyedLines } from './suite/keyed.ts';
import { decimal } from './suite/mutations.ts';
import { ParserBench } from './suite/outcome.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { flatTwin, singleTwin } from './suite/twins.ts';

parserSuite({
  fixtures: 'v1-cpuacct-usage',
  table: 'containers',
  make: (layout) => v1CpuacctUsageParser(layout, 'cpuacct.usage'),
  twin: singleTwin({ name: 'cpu_stat_usage_usec', drop: 3 }),
  text: decimal.map((number) => `${number}\n`),
});

for (const [file, name] of [
  ['cpuacct.usage_user', 'cpu_stat_user_usec'],
  ['cpuacct.usage_sys', 'cpu_stat_system_usec'],
] as const) {
  const bench = new ParserBench('containers', (layout) => v1CpuacctUsageParser(layout, file));
  t.strictSame(bench.run('1846123456\n').values, { [name]: 1846123 }, file);
}

const fields = [
  { key: 'user', name: 'cpu_stat_user_usec', multiply: 10_000 },
  { key: 'system', name: 'cpu_stat_system_usec', multiply: 10_000 },
];

parserSuite({
  fixtures: 'v1-cpuacct-stat',
  table: 'containers',
  make: (layout) => v1CpuacctStatParser(layout, 100),
  twin: flatTwin(fields),
  text: keyedLines(fields, ' ', fc.constant('')),
});
