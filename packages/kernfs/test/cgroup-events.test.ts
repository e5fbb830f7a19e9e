import fc from 'fast-check';
import { cgroupEventsParser } from '../src/cgroup-events.ts';
import { keyedLines, twinFields } from './suite/keyed.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { flatTwin } from './suite/twins.ts';

const fields = twinFields('containers', 'cgroup.events');

parserSuite({
  fixtures: 'cgroup-events',
  table: 'containers',
  make: cgroupEventsParser,
  twin: flatTwin(fields),
  text: keyedLines(fields, ' ', fc.constant('')),
});
