import fc from 'fast-check';
import t from 'tap';
import { procStatParser } from '../src/proc-stat.ts';
import { decimal } from './suite/mutations.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { twin, type TwinValues } from './suite/twins.ts';

const STATES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal', 'guest', 'guest_nice'];
const KEYS = new Map([
  ['intr', 'stat_intr'],
  ['ctxt', 'stat_ctxt'],
  ['btime', 'stat_btime_usec'],
  ['processes', 'stat_processes'],
  ['procs_running', 'stat_procs_running'],
  ['procs_blocked', 'stat_procs_blocked'],
  ['softirq', 'stat_softirq'],
]);

/** The line of all CPUs: blanks in front of each number. */
function allCpus(values: TwinValues, rest: string): boolean {
  const numbers = /^(?: [ \t]*[0-9]+){1,10}/.exec(rest)?.[0] ?? '';
  const list = numbers.split(/[ \t]+/).slice(1);
  const after = rest.slice(numbers.length);
  const ended = list.length === STATES.length ? true : /^(?: [ \t]*)?$/s.test(after);
  if (list.length === 0 || !ended) return false;
  return list.every((digits, index) =>
    values.add({ key: '', name: `stat_cpu_${STATES[index]}_usec`, multiply: 10_000 }, digits),
  );
}

function keyed(values: TwinValues, line: string): boolean {
  const space = line.indexOf(' ');
  if (space <= 0) return false;
  const key = line.slice(0, space);
  const name = KEYS.get(key);
  if (name === undefined) return true;
  const [, digits, after] = /^([0-9]+)(.*)$/s.exec(line.slice(space + 1)) ?? [];
  if (digits === undefined || (after !== '' && after?.[0] !== ' ')) return false;
  return values.add({ key, name, multiply: key === 'btime' ? 1_000_000 : 1 }, digits);
}

const numbers = fc.array(decimal, { maxLength: 12 }).map((list) => list.map((one) => ` ${one}`).join(''));
const line = fc.oneof(
  numbers.map((list) => `cpu ${list}\n`),
  fc.tuple(fc.nat({ max: 4096 }), numbers).map(([cpu, list]) => `cpu${cpu}${list}\n`),
  fc.tuple(fc.constantFrom(...KEYS.keys(), 'page', 'cp'), numbers).map(([key, list]) => `${key}${list}\n`),
);

const bench = parserSuite({
  fixtures: 'proc-stat',
  table: 'node',
  make: (layout) => procStatParser(layout, { userHz: 100 }),
  twin: twin((lines, values) => {
    let cpus = 0;
    return lines.every((text) => {
      if (/^cpu[0-9]/.test(text)) return ++cpus > 0;
      if (text.startsWith('cpu')) return allCpus(values, text.slice(3));
      if (cpus > 0) values.set('stat_cpus_online', BigInt(cpus));
      return keyed(values, text);
    });
  }),
  text: fc.array(line, { maxLength: 8 }).map((lines) => lines.join('')),
});

t.equal(
  bench.run(`cpu  1\n${Array.from({ length: 5000 }, (_, cpu) => `cpu${cpu} 1 2 3\n`).join('')}ctxt 7\n`).values[
    'stat_cpus_online'
  ],
  5000,
  'many CPUs',
);
t.strictSame(
  bench.run(`intr 12${' 0'.repeat(100_000)}\nctxt 7\n`),
  { status: 'OK', values: { stat_intr: 12, stat_ctxt: 7 } },
  'many interrupts',
);
