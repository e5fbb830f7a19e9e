import fc from 'fast-check';
import { cgroupStatParser } from '../src/cgroup-stat.ts';
import { keyedLines, twinFields } from './suite/keyed.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { flatTwin } from './suite/twins.ts';

const fields = twinFields('containers', 'cgroup.stat');

parserSuite({
  fixtures: 'cgroup-stat',
  table: 'containers',
  make: cgroupStatParser,
  twin: flatTwin(fields),
  text: keyedLines(fields, ' ', fc.constant('')),
});
