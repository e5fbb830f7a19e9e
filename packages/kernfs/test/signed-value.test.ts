import fc from 'fast-check';
import { signedValueParser } from '../src/signed-value.ts';
import { decimal } from './suite/mutations.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { twin } from './suite/twins.ts';

const name = 'oom_score_adj';

parserSuite({
  fixtures: 'signed-value',
  table: 'processes',
  make: (layout) => signedValueParser(layout, name),
  twin: twin((lines, values) => {
    const [, sign, digits] = /^(-?)([0-9]+)$/.exec(lines.join('\n')) ?? [];
    if (digits === undefined || lines.length !== 1) return false;
    if (sign === '') return values.add({ key: '', name }, digits);
    const large = BigInt(digits) > 2n ** 53n;
    values.set(name, large ? 2n ** 60n : -BigInt(digits));
    return true;
  }),
  text: fc.tuple(fc.constantFrom('', '-'), decimal).map(([sign, digits]) => `${sign}${digits}\n`),
});
