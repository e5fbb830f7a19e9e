import fc from 'fast-check';
import { smapsRollupParser } from '../src/smaps-rollup.ts';
import { keyedLines, twinFields } from './suite/keyed.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { colonTwin } from './suite/twins.ts';

const HEADING = '563b93742000-7fffafe90000 ---p 00000000 00:00 0                          [rollup]\n';
const fields = twinFields('processes', '/proc/PID/smaps_rollup', 1024);

parserSuite({
  fixtures: 'smaps-rollup',
  table: 'processes',
  make: smapsRollupParser,
  twin: colonTwin(fields, 1),
  text: keyedLines(fields, ':      ', fc.constantFrom(' kB')).map((lines) => HEADING + lines),
});
