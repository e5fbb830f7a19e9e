import { miscColumns } from '@fgm/catalog';
import fc from 'fast-check';
import t from 'tap';
import { miscParser } from '../src/misc-controller.ts';
import { fieldsIn, keyedLines } from './suite/keyed.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { flatTwin } from './suite/twins.ts';

const extra = ['sev', 'sev_es'].flatMap(miscColumns);

for (const file of ['misc.current', 'misc.peak', 'misc.max', 'misc.events'] as const) {
  const fields = fieldsIn(extra, file);
  const bench = parserSuite({
    fixtures: file.replace('.', '-'),
    table: 'containers',
    make: (layout) => miscParser(layout, file),
    extra,
    twin: flatTwin(fields, file === 'misc.max'),
    text: keyedLines(fields, ' ', fc.constant('')),
  });
  t.strictSame(
    bench.run('sev max\n').status,
    file === 'misc.max' || file === 'misc.events' ? 'OK' : 'MALFORMED',
    `${file}: only a limit can be max`,
  );
}
