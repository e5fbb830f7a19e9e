import fc from 'fast-check';
import { pidsEventsParser } from '../src/pids-events.ts';
import { keyedLines, twinFields } from './suite/keyed.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { flatTwin } from './suite/twins.ts';

const fields = twinFields('containers', 'pids.events');

parserSuite({
  fixtures: 'pids-events',
  table: 'containers',
  make: pidsEventsParser,
  twin: flatTwin(fields),
  text: keyedLines(fields, ' ', fc.constant('')),
});
