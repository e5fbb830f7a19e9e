import { numaStatColumn } from '@fgm/catalog';
import fc from 'fast-check';
import { memoryNumaStatParser } from '../src/memory-numa-stat.ts';
import { fieldsIn } from './suite/keyed.ts';
import { nestedLines } from './suite/nested.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { nestedTwin } from './suite/twins.ts';

const KEYS = ['anon', 'file', 'workingset_refault_anon', 'unheard_of'];
const extra = [0, 1].flatMap((node) => KEYS.map((key) => numaStatColumn(key, node)));
const fields = fieldsIn(extra, 'memory.numa_stat');

parserSuite({
  fixtures: 'memory-numa-stat',
  table: 'containers',
  make: memoryNumaStatParser,
  extra,
  twin: nestedTwin(fields),
  text: nestedLines(fields, fc.constant('')),
});
