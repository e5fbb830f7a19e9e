import fc from 'fast-check';
import t from 'tap';
import { procUptimeParser } from '../src/proc-uptime.ts';
import { decimal } from './suite/mutations.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { twin } from './suite/twins.ts';

const hundredths = fc.oneof(
  fc.nat({ max: 99 }).map((number) => String(number).padStart(2, '0')),
  fc.nat({ max: 999 }).map(String),
);
const seconds = fc.tuple(decimal, hundredths).map(([whole, fraction]) => `${whole}.${fraction}`);

const bench = parserSuite({
  fixtures: 'proc-uptime',
  table: 'node',
  make: procUptimeParser,
  twin: twin((lines, values) => {
    const [, up, upFraction, idle, idleFraction] =
      (lines.length === 1 && /^([0-9]+)\.([0-9]{2}) ([0-9]+)\.([0-9]{2})$/.exec(lines[0]!)) || [];
    if (up === undefined) return false;
    values.set('uptime_usec', BigInt(up + upFraction!) * 10_000n);
    values.set('uptime_idle_usec', BigInt(idle! + idleFraction!) * 10_000n);
    return true;
  }),
  text: fc.tuple(seconds, seconds).map((pair) => `${pair.join(' ')}\n`),
});

t.strictSame(bench.run('9007199254.74 9007199254.75\n'), {
  status: 'OVERFLOW',
  values: { uptime_usec: 9007199254740000 },
});
