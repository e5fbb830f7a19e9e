import { blockColumns, makeLayout } from '@fgm/catalog';
import fc from 'fast-check';
import t from 'tap';
import { extraMeminfoColumns, procMeminfoParser } from '../src/proc-meminfo.ts';
import { keyedLines } from './suite/keyed.ts';
import { latin1 } from './suite/outcome.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { colonTwin, type TwinField } from './suite/twins.ts';

const fields = blockColumns('node').flatMap(({ name, key, source, unit }): TwinField[] =>
  source === '/proc/meminfo' ? [{ key: key!, name, multiply: unit === 'bytes' ? 1024 : 1 }] : [],
);

const bench = parserSuite({
  fixtures: 'proc-meminfo',
  table: 'node',
  make: procMeminfoParser,
  twin: colonTwin(fields),
  text: keyedLines(fields, ':    ', fc.constantFrom('', ' kB')),
});

void t.test('amounts are bytes, huge pages are counted', (t) => {
  t.strictSame(bench.run('MemTotal:  24684084 kB\nHugePages_Total:     3\nHugepagesize:  2048 kB\n').values, {
    meminfo_mem_total_bytes: 24684084 * 1024,
    meminfo_huge_pages_total: 3,
    meminfo_hugepagesize_bytes: 2048 * 1024,
  });
  t.strictSame(bench.run('MemTotal:  24684084\n'), { status: 'MALFORMED', values: {} }, 'kB must be there');
  t.end();
});

void t.test('keys of a newer kernel become columns of their own', (t) => {
  const layout = makeLayout('node', blockColumns('node'), 64);
  const text = latin1(
    'MemTotal: 1 kB\nWarpCore(hot):  5 kB\nWarpCores:  2\n: 1 kB\nBad: x\nOdd: 1 MB\nWarpCores:  3\n',
  );
  t.strictSame(
    extraMeminfoColumns(layout, text, text.length).map(({ name, unit, kind }) => [name, unit, kind]),
    [
      ['meminfo_warp_core_hot_bytes', 'bytes', 'gauge'],
      ['meminfo_warp_cores', null, 'gauge'],
    ],
  );
  t.strictSame(extraMeminfoColumns(layout, text, text.length - 1), [], 'nothing is taken from a text that was cut');
  t.end();
});
