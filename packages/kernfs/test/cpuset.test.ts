import fc from 'fast-check';
import { cpusetParser } from '../src/cpuset.ts';
import { MALFORMED_OUTCOME, type Twin } from './suite/twins.ts';
import { parserSuite } from './suite/parser-suite.ts';

const name = 'cpuset_cpus_effective';

const count: Twin = (text) => {
  if (text === '' || text === '\n') return { status: 'ABSENT', values: {} };
  if (!/^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*\n$/.test(text)) return MALFORMED_OUTCOME;
  const ranges = text
    .trim()
    .split(',')
    .map((range) => range.split('-').map(Number));
  const cpus = ranges.map(([first, last = first]) => [first!, last!] as const);
  if (cpus.flat().some((number) => number > 1_000_000)) return MALFORMED_OUTCOME;
  if (cpus.some(([first, last], index) => last < first || first <= (cpus[index - 1]?.[1] ?? -1)))
    return MALFORMED_OUTCOME;
  return { status: 'OK', values: { [name]: cpus.reduce((sum, [first, last]) => sum + last - first + 1, 0) } };
};

const ranges = fc
  .uniqueArray(fc.nat({ max: 1023 }), { maxLength: 12 })
  .map((numbers) => numbers.toSorted((one, other) => one - other))
  .map((numbers) => numbers.map((number, index) => (index % 3 === 1 ? '-' : index > 0 ? ',' : '') + String(number)));

parserSuite({
  fixtures: 'cpuset',
  table: 'containers',
  make: cpusetParser,
  twin: count,
  text: ranges.map((list) => `${list.join('')}\n`),
});
