import fc from 'fast-check';
import t from 'tap';
import { ioStatParser } from '../src/io-stat.ts';
import { decimal } from './suite/mutations.ts';
import { deviceSumsTwin } from './suite/device-sums-twin.ts';
import { parserSuite } from './suite/parser-suite.ts';

const KEYS = ['rbytes', 'wbytes', 'rios', 'wios', 'dbytes', 'dios'];

const word = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...KEYS), decimal).map(([key, value]) => `${key}=${value}`) },
  { weight: 1, arbitrary: fc.constantFrom('cost.vrate=100.00', 'depth=max', '8:16', 'use_delay=0', '') },
);
const line = fc
  .tuple(fc.nat({ max: 300 }), fc.array(word, { maxLength: 7 }))
  .map(([major, words]) => [`${major}:0`, ...words].join(' '));

const bench = parserSuite({
  fixtures: 'io-stat',
  table: 'containers',
  make: ioStatParser,
  twin: deviceSumsTwin((sums, text) => {
    if (!/^[0-9]/.test(text)) return false;
    return text.split(' ').every((part) => {
      const equals = part.indexOf('=');
      const key = part.slice(0, equals);
      return equals < 0 || !KEYS.includes(key) || sums.add(`io_stat_${key}`, part.slice(equals + 1));
    });
  }),
  text: fc.array(line, { maxLength: 4 }).map((lines) => lines.map((one) => `${one}\n`).join('')),
  sums: true,
});

t.strictSame(
  bench.run('8:0 rbytes=9007199254740992 wbytes=1\n8:16 rbytes=1 wbytes=2\n'),
  { status: 'OVERFLOW', values: { io_stat_wbytes: 3 } },
  'a sum that is too large is absent, the others stand',
);
