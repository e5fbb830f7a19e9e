import fc from 'fast-check';
import { procPidLimitsParser } from '../src/proc-pid-limits.ts';
import { decimal } from './suite/mutations.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { twin } from './suite/twins.ts';

const NAME = 'Max open files ';
const name = 'fd_limit';

parserSuite({
  fixtures: 'proc-pid-limits',
  table: 'processes',
  make: procPidLimitsParser,
  twin: twin((lines, values) => {
    const line = lines.find((candidate) => candidate.startsWith(NAME));
    if (line === undefined) return true;
    const [, word] = /^[ \t]*(unlimited|[0-9]+) [ \t]*(?:unlimited|[0-9])/.exec(line.slice(NAME.length)) ?? [];
    return word !== undefined && (word === 'unlimited' || values.add({ key: NAME, name }, word));
  }),
  text: fc
    .tuple(fc.oneof(decimal, fc.constant('unlimited')), fc.constantFrom(' ', '            '), fc.boolean())
    .map(
      ([soft, gap, first]) => `${first ? 'Limit  Soft Limit\n' : ''}${NAME}${gap}${soft}${gap}4096 files\nMax x 1\n`,
    ),
});
