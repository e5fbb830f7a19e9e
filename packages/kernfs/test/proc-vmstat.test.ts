import { blockColumns, makeLayout } from '@fgm/catalog';
import fc from 'fast-check';
import t from 'tap';
import { extraVmstatColumns, procVmstatParser } from '../src/proc-vmstat.ts';
import { keyedLines } from './suite/keyed.ts';
import { latin1 } from './suite/outcome.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { flatTwin, type TwinField } from './suite/twins.ts';

const fields = blockColumns('node').flatMap(({ name, key, source, unit }): TwinField[] =>
  source === '/proc/vmstat' ? [{ key: key!, name, multiply: unit === 'bytes' ? 1024 : 1 }] : [],
);

const bench = parserSuite({
  fixtures: 'proc-vmstat',
  table: 'node',
  make: procVmstatParser,
  twin: flatTwin(fields),
  text: keyedLines(fields, ' ', fc.constant('')),
});

void t.test('pages stay pages, kB become bytes', (t) => {
  t.strictSame(bench.run('nr_free_pages 10\npgpgin 3\nnr_kernel_stack 2\npgfault 7\n').values, {
    vmstat_nr_free_pages: 10,
    vmstat_nr_kernel_stack_bytes: 2048,
    vmstat_pgpgin_bytes: 3072,
    vmstat_pgfault: 7,
  });
  t.end();
});

void t.test('keys of a newer kernel become columns of their own', (t) => {
  const layout = makeLayout('node', blockColumns('node'), 64);
  const text = latin1('pgfault 1\nnr_hyperspace 5\n');
  t.match(extraVmstatColumns(layout, text, text.length), [
    { name: 'vmstat_nr_hyperspace', unit: null, kind: 'gauge', source: '/proc/vmstat' },
  ]);
  t.end();
});
