import fc from 'fast-check';
import { v1CpuStatParser } from '../src/v1-cpu-stat.ts';
import { keyedLines } from './suite/keyed.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { flatTwin } from './suite/twins.ts';

const fields = [
  { key: 'nr_periods', name: 'cpu_stat_nr_periods' },
  { key: 'nr_throttled', name: 'cpu_stat_nr_throttled' },
  { key: 'throttled_time', name: 'cpu_stat_throttled_usec', drop: 3 },
  { key: 'nr_bursts', name: 'cpu_stat_nr_bursts' },
  { key: 'burst_time', name: 'cpu_stat_burst_usec', drop: 3 },
];

parserSuite({
  fixtures: 'v1-cpu-stat',
  table: 'containers',
  make: v1CpuStatParser,
  twin: flatTwin(fields),
  text: keyedLines(fields, ' ', fc.constant('')),
});
