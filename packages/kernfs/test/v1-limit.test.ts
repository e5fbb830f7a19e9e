import fc from 'fast-check';
import { v1LimitParser } from '../src/v1-limit.ts';
import { decimal } from './suite/mutations.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { singleTwin } from './suite/twins.ts';

const name = 'memory_max_bytes';
const single = singleTwin({ name });

parserSuite({
  fixtures: 'v1-limit',
  table: 'containers',
  make: (layout) => v1LimitParser(layout, name),
  twin: (text) => {
    const outcome = single(text);
    return outcome.status === 'OVERFLOW' ? { status: 'OK', values: {} } : outcome;
  },
  text: fc.oneof(decimal, fc.constantFrom('9223372036854771712', '9223372036854710272')).map((word) => `${word}\n`),
});
