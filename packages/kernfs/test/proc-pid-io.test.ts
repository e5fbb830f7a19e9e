import fc from 'fast-check';
import { procPidIoParser } from '../src/proc-pid-io.ts';
import { keyedLines, twinFields } from './suite/keyed.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { colonTwin } from './suite/twins.ts';

const fields = twinFields('processes', '/proc/PID/io');

parserSuite({
  fixtures: 'proc-pid-io',
  table: 'processes',
  make: procPidIoParser,
  twin: colonTwin(fields),
  text: keyedLines(fields, ': ', fc.constant('')),
});
