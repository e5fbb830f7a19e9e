import fc from 'fast-check';
import { v1OomControlParser } from '../src/v1-oom-control.ts';
import { keyedLines } from './suite/keyed.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { flatTwin } from './suite/twins.ts';

const fields = [
  { key: 'under_oom', name: 'memory_oom_control_under_oom' },
  { key: 'oom_kill', name: 'memory_events_oom_kill' },
];

parserSuite({
  fixtures: 'v1-oom-control',
  table: 'containers',
  make: v1OomControlParser,
  twin: flatTwin(fields),
  text: keyedLines([...fields, { key: 'oom_kill_disable', name: '' }], ' ', fc.constant('')),
});
