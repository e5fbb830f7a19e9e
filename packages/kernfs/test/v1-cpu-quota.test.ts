import fc from 'fast-check';
import t from 'tap';
import { v1CpuPeriodParser, v1CpuQuotaParser } from '../src/v1-cpu-quota.ts';
import { decimal } from './suite/mutations.ts';
import { ParserBench } from './suite/outcome.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { singleTwin } from './suite/twins.ts';

const single = singleTwin({ name: 'cpu_max_quota_usec' });

parserSuite({
  fixtures: 'v1-cpu-quota',
  table: 'containers',
  make: v1CpuQuotaParser,
  twin: (text) => (text === '-1\n' ? { status: 'OK', values: {} } : single(text)),
  text: fc.oneof(decimal, fc.constant('-1')).map((word) => `${word}\n`),
});

const period = new ParserBench('containers', v1CpuPeriodParser);
t.strictSame(
  period.run('100000\n'),
  { status: 'OK', values: { cpu_max_period_usec: 100000 } },
  'the period has a file of its own',
);
