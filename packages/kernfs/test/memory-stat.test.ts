import { blockColumns, makeLayout } from '@fgm/catalog';
import fc from 'fast-check';
import t from 'tap';
import { extraMemoryStatColumns, memoryStatParser } from '../src/memory-stat.ts';
import { keyedLines, twinFields } from './suite/keyed.ts';
import { latin1 } from './suite/outcome.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { flatTwin } from './suite/twins.ts';

const fields = twinFields('containers', 'memory.stat');

const bench = parserSuite({
  fixtures: 'memory-stat',
  table: 'containers',
  make: memoryStatParser,
  twin: flatTwin(fields),
  text: keyedLines(fields, ' ', fc.constant('')),
});

void t.test('a key that the kernel no longer prints does not keep its value', (t) => {
  t.match(bench.run('anon 4096\nfile 8192\n').values, { memory_stat_anon_bytes: 4096, memory_stat_file_bytes: 8192 });
  t.strictSame(bench.run('file 1\n').values, { memory_stat_file_bytes: 1 });
  t.end();
});

void t.test('amounts up to 2^53 are exact, larger ones are absent and reported', (t) => {
  t.strictSame(bench.run('anon 9007199254740992\n'), {
    status: 'OK',
    values: { memory_stat_anon_bytes: 9007199254740992 },
  });
  t.strictSame(bench.run('anon 9007199254740993\nfile 5\n'), {
    status: 'OVERFLOW',
    values: { memory_stat_file_bytes: 5 },
  });
  t.end();
});

void t.test('keys of a newer kernel become columns of their own', (t) => {
  const layout = makeLayout('containers', blockColumns('containers'), 64);
  const text = latin1('anon 1\nhyperspace 2\npgwarp_drive 3\nbroken\nBAD-key 4\n 5\nnested a=1\nhyperspace 5\n');
  const extra = extraMemoryStatColumns(layout, text, text.length);
  t.strictSame(
    extra.map(({ name, unit, kind }) => ({ name, unit, kind })),
    [
      { name: 'memory_stat_hyperspace', unit: null, kind: 'gauge' },
      { name: 'memory_stat_pgwarp_drive', unit: null, kind: 'gauge' },
    ],
  );
  const wider = makeLayout('containers', blockColumns('containers', extra), 64);
  t.strictSame(extraMemoryStatColumns(wider, text, text.length), []);
  t.strictSame(extraMemoryStatColumns(layout, text, text.length - 1), [], 'nothing is taken from a text that was cut');
  t.strictSame(extraMemoryStatColumns(layout, text, text.length - 1), [], 'nothing is taken from a text that was cut');
  t.end();
});
