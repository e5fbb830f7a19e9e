import fc from 'fast-check';
import { procPidStatmParser } from '../src/proc-pid-statm.ts';
import { decimal } from './suite/mutations.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { twin } from './suite/twins.ts';

const PAGE = 4096;
const ORDER = ['size', 'resident', 'shared', 'text', 'lib', 'data', 'dt'];

parserSuite({
  fixtures: 'proc-pid-statm',
  table: 'processes',
  make: (layout) => procPidStatmParser(layout, { pageSize: PAGE }),
  twin: twin((lines, values) => {
    const words = lines.join('\n').split(' ');
    if (words.length !== ORDER.length || !words.every((word) => /^[0-9]+$/.test(word))) return false;
    return ORDER.every((key, place) => {
      const unused = key === 'lib' || key === 'dt';
      return unused || values.add({ key, name: `statm_${key}_bytes`, multiply: PAGE }, words[place]!);
    });
  }),
  text: fc.array(decimal, { minLength: 7, maxLength: 7 }).map((numbers) => `${numbers.join(' ')}\n`),
});
