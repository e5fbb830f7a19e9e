import fc from 'fast-check';
import t from 'tap';
import { v1BlkioThrottleParser } from '../src/v1-blkio-throttle.ts';
import { deviceSumsTwin } from './suite/device-sums-twin.ts';
import { decimal } from './suite/mutations.ts';
import { ParserBench } from './suite/outcome.ts';
import { parserSuite } from './suite/parser-suite.ts';

const NAMES = new Map([
  ['Read', 'io_stat_rbytes'],
  ['Write', 'io_stat_wbytes'],
  ['Discard', 'io_stat_dbytes'],
]);

const operation = fc.constantFrom('Read', 'Write', 'Sync', 'Async', 'Discard', 'Total');
const line = fc
  .tuple(fc.nat({ max: 300 }), operation, decimal)
  .map(([major, name, value]) => `${major}:0 ${name} ${value}\n`);

parserSuite({
  fixtures: 'v1-blkio-throttle',
  table: 'containers',
  make: (layout) => v1BlkioThrottleParser(layout, 'io_service_bytes'),
  twin: deviceSumsTwin((sums, text) => {
    if (!/^[0-9]/.test(text)) return true;
    const [, name, value] = /^[^ ]+ ([^ ]*) ([0-9]+)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined) return false;
    const column = NAMES.get(name);
    return column === undefined || sums.add(column, value);
  }),
  text: fc.array(line, { maxLength: 8 }).map((lines) => `${lines.join('')}Total 0\n`),
  sums: true,
});

const serviced = new ParserBench('containers', (layout) => v1BlkioThrottleParser(layout, 'io_serviced'));
t.strictSame(
  serviced.run('8:0 Read 5\n8:0 Write 6\n8:16 Read 1\nTotal 12\n').values,
  { io_stat_rios: 6, io_stat_wios: 6 },
  'io_serviced fills the columns of operations',
);
