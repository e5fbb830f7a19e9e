import fc from 'fast-check';
import t from 'tap';
import { procPidStatusParser } from '../src/proc-pid-status.ts';
import { keyedLines, twinFields } from './suite/keyed.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { colonTwin } from './suite/twins.ts';

const fields = twinFields('processes', '/proc/PID/status').map((field) =>
  field.key.endsWith('_switches') ? field : { ...field, multiply: 1024 },
);

const bench = parserSuite({
  fixtures: 'proc-pid-status',
  table: 'processes',
  make: procPidStatusParser,
  twin: colonTwin(fields),
  text: keyedLines(fields, ':\t    ', fc.constantFrom(' kB', '')),
});

void t.test('a process cannot pass a value off by its name', (t) => {
  const { values } = bench.run('Name:\tVmSwap: 1 kB\nVmSwap:\t     5 kB\n');
  t.strictSame(values, { status_vm_swap_bytes: 5120 });
  t.end();
});
