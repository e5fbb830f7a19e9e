import fc from 'fast-check';
import t from 'tap';
import { memoryEventsParser } from '../src/memory-events.ts';
import { keyedLines, twinFields } from './suite/keyed.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { flatTwin } from './suite/twins.ts';

for (const file of ['memory.events', 'memory.events.local', 'memory.swap.events'] as const) {
  const fields = twinFields('containers', file);
  const bench = parserSuite({
    fixtures: file.replaceAll('.', '-'),
    table: 'containers',
    make: (layout) => memoryEventsParser(layout, file),
    twin: flatTwin(fields),
    text: keyedLines(fields, ' ', fc.constant('')),
  });
  const prefix = file.replaceAll('.', '_');
  t.strictSame(bench.run('max 3\n').values, { [`${prefix}_max`]: 3 }, `fills the columns of ${file}`);
}
