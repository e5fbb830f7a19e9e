import fc from 'fast-check';
import t from 'tap';
import { v1MemoryStatParser } from '../src/v1-memory-stat.ts';
import { keyedLines, twinFields } from './suite/keyed.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { flatTwin } from './suite/twins.ts';

const renamed = [
  { key: 'total_cache', name: 'memory_stat_file_bytes' },
  { key: 'total_rss', name: 'memory_stat_anon_bytes' },
  { key: 'total_rss_huge', name: 'memory_stat_anon_thp_bytes' },
  { key: 'total_mapped_file', name: 'memory_stat_file_mapped_bytes' },
  { key: 'total_dirty', name: 'memory_stat_file_dirty_bytes' },
  { key: 'total_writeback', name: 'memory_stat_file_writeback_bytes' },
  { key: 'total_swap', name: 'memory_swap_current_bytes' },
];
const same = twinFields('containers', 'memory.stat').map((field) => ({ ...field, key: `total_${field.key}` }));
const fields = [...renamed, ...same];

const bench = parserSuite({
  fixtures: 'v1-memory-stat',
  table: 'containers',
  make: v1MemoryStatParser,
  twin: flatTwin(fields),
  text: keyedLines(fields, ' ', fc.constant('')),
});

t.strictSame(
  bench.run('cache 1\nrss 2\ntotal_cache 10\ntotal_rss 20\nhierarchical_memory_limit 9223372036854771712\n'),
  { status: 'OK', values: { memory_stat_file_bytes: 10, memory_stat_anon_bytes: 20 } },
  'descendants count, and the limit, which has a file of its own, does not overflow anything',
);
