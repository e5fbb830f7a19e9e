import fc from 'fast-check';
import { procPidSchedstatParser } from '../src/proc-pid-schedstat.ts';
import { decimal } from './suite/mutations.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { twin } from './suite/twins.ts';

const fields = [
  { key: '', name: 'schedstat_run_usec', drop: 3 },
  { key: '', name: 'schedstat_run_delay_usec', drop: 3 },
  { key: '', name: 'schedstat_timeslices' },
];

const slow = twin((lines, values) => {
  const words = lines.join('\n').split(' ');
  return words.length === 3 && words.every((word, place) => values.add(fields[place]!, word));
});

parserSuite({
  fixtures: 'proc-pid-schedstat',
  table: 'processes',
  make: procPidSchedstatParser,
  twin: (text) => (text === '0 0 0\n' ? { status: 'ABSENT', values: {} } : slow(text)),
  text: fc.tuple(decimal, decimal, decimal).map((numbers) => `${numbers.join(' ')}\n`),
});
