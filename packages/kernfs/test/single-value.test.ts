import { blockColumns, makeLayout } from '@fgm/catalog';
import fc from 'fast-check';
import t from 'tap';
import { singleValueParser } from '../src/single-value.ts';
import { decimal } from './suite/mutations.ts';
import { ParserBench } from './suite/outcome.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { singleTwin } from './suite/twins.ts';

const name = 'memory_max_bytes';

parserSuite({
  fixtures: 'single-value',
  table: 'containers',
  make: (layout) => singleValueParser(layout, name),
  twin: singleTwin({ name }),
  text: fc.oneof(decimal, fc.constant('max')).map((word) => `${word}\n`),
});

void t.test('units of the file become those of the column', (t) => {
  const bench = new ParserBench('containers', (layout) =>
    singleValueParser(layout, 'cpu_stat_usage_usec', { drop: 3 }),
  );
  for (const [text, usec] of [
    ['999\n', 0],
    ['1000\n', 1],
    ['1999\n', 1],
    ['9007199254740992999\n', 2 ** 53],
  ] as const) {
    t.strictSame(bench.run(text), { status: 'OK', values: { cpu_stat_usage_usec: usec } }, JSON.stringify(text));
  }
  t.equal(bench.run('9007199254740993000\n').status, 'OVERFLOW');
  t.end();
});

t.throws(
  () => singleValueParser(makeLayout('containers', blockColumns('containers'), 64), 'no_such_bytes'),
  { message: 'table containers has no column no_such_bytes' },
  'a column that is not in the layout is refused at once',
);
