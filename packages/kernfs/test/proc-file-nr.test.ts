import fc from 'fast-check';
import { procFileNrParser } from '../src/proc-file-nr.ts';
import { decimal } from './suite/mutations.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { twin } from './suite/twins.ts';

parserSuite({
  fixtures: 'proc-file-nr',
  table: 'node',
  make: procFileNrParser,
  twin: twin((lines, values) => {
    const [, allocated, max] = (lines.length === 1 && /^([0-9]+)\t[0-9]+\t([0-9]+)$/.exec(lines[0]!)) || [];
    if (allocated === undefined) return false;
    // A limit that large is none, and no trouble.
    if (BigInt(max!) <= 2n ** 53n) values.add({ key: '', name: 'file_nr_max' }, max!);
    return values.add({ key: '', name: 'file_nr_allocated' }, allocated);
  }),
  text: fc.tuple(decimal, decimal, decimal).map((numbers) => `${numbers.join('\t')}\n`),
});
