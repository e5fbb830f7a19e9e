import { blockColumns, Columns, makeLayout, OK, PROCESS_STATES, type Layout } from '@fgm/catalog';
import fc from 'fast-check';
import t from 'tap';
import type { Parser } from '../src/parser.ts';
import { procPidStatParser } from '../src/proc-pid-stat.ts';
import { decimal } from './suite/mutations.ts';
import { latin1, ParserBench } from './suite/outcome.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { twin, type TwinField } from './suite/twins.ts';

const OPTIONS = { userHz: 100, pageSize: 4096, delayAccounting: true };
const TICK = 10_000;
const LAST = 42;

const FIELDS = new Map<number, Omit<TwinField, 'key'>>([
  [4, { name: 'ppid' }],
  [10, { name: 'stat_minflt' }],
  [12, { name: 'stat_majflt' }],
  [14, { name: 'stat_utime_usec', multiply: TICK }],
  [15, { name: 'stat_stime_usec', multiply: TICK }],
  [16, { name: 'stat_cutime_usec', multiply: TICK }],
  [17, { name: 'stat_cstime_usec', multiply: TICK }],
  [20, { name: 'stat_num_threads' }],
  [22, { name: 'start_time' }],
  [23, { name: 'stat_vsize_bytes' }],
  [24, { name: 'stat_rss_bytes', multiply: 4096 }],
  [39, { name: 'stat_processor' }],
  [40, { name: 'stat_rt_priority' }],
  [41, { name: 'stat_policy' }],
  [42, { name: 'stat_delayacct_blkio_usec', multiply: TICK }],
]);

const slow = twin((lines, values) => {
  const [, pid, state, rest] = /^([0-9]+) \(.*\) ([^\n])((?: [^\n]*)?)$/s.exec(lines.join('\n')) ?? [];
  if (pid === undefined || state === undefined || rest === undefined || BigInt(pid) > 2n ** 53n) return false;
  if (rest.includes(')')) return false;
  values.add({ key: '', name: 'pid' }, pid);
  if (PROCESS_STATES.includes(state as 'R')) values.setDouble('state', PROCESS_STATES.indexOf(state as 'R'));
  const words = rest.split(' ').slice(1);
  for (let number = 4; number <= LAST; number++) {
    const word = words[number - 4];
    if (word === undefined) return false;
    const field = FIELDS.get(number);
    if (field === undefined) {
      if (!(number === 9 ? /^[0-9]+$/ : /^-?[0-9]+$/).test(word)) return false;
    } else if (!values.add({ key: '', ...field }, word)) return false;
  }
  return true;
});

const name = fc.oneof(
  fc.constantFrom('cat', '', ')', '(', ') R 1 2', 'a\nb', '\u00ff\u00fe', '(((', ' '),
  fc.string({ unit: fc.constantFrom(...Array.from('ab ()\n\u00ff1')), maxLength: 15 }),
);
const signed = fc.oneof({ weight: 9, arbitrary: decimal }, { weight: 1, arbitrary: fc.constant('-1') });
const text = fc
  .tuple(fc.nat(), name, fc.constantFrom(...PROCESS_STATES, 'Q'), fc.array(signed, { minLength: 38, maxLength: 52 }))
  .map(([pid, comm, state, numbers]) => `${pid} (${comm}) ${state} ${numbers.join(' ')}\n`);

parserSuite({
  fixtures: 'proc-pid-stat',
  table: 'processes',
  make: (layout) => procPidStatParser(layout, OPTIONS).parse,
  twin: slow,
  text,
});

const NUMBERS = '1 2 3 4 5 4194304 7 8 9 10 11 12 13 14 20 0 3 0 345678 4096 6';
const TAIL = `18446744073709551615${' 0'.repeat(13)} 1 0 0 0 0`;

void t.test('what has no column', (t) => {
  const { parse, last } = procPidStatParser(makeLayout('processes', blockColumns('processes'), 64), OPTIONS);
  const bench = new ParserBench('processes', () => parse);
  const line = (comm: string, state = 'S', flags = '4194304'): string =>
    `77 (${comm}) ${state} ${NUMBERS.replace('4194304', flags)} ${TAIL}\n`;

  for (const comm of ['cat', 'a) R 1 (', ')', '', '\n', '\u00ff)\u00fe']) {
    const bytes = line(comm);
    t.equal(bench.run(bytes).status, 'OK', `name ${JSON.stringify(comm)}`);
    t.equal(bytes.slice(last.commStart(), last.commEnd()), comm);
    t.strictSame([last.pid(), last.startTime(), last.zombie(), last.kernelThread()], [77, 345678, false, false]);
  }
  bench.run(line('kworker/0:1', 'I', '69238880'));
  t.equal(last.kernelThread(), true, 'PF_KTHREAD');
  t.equal(bench.run(line('odd', 'I', '18446744073709551615')).status, 'OK', 'flags that are none cost no value');
  t.equal(last.kernelThread(), false, 'and are not those of the process before');
  for (const state of 'ZX') {
    bench.run(line('gone', state));
    t.equal(last.zombie(), true, state);
  }
  t.equal(bench.run(line('odd', '?')).values['state'], undefined, 'a state without a letter of its own is absent');
  t.equal(
    bench.run(line('cat').replace(/0 0\n$/, '0x 0\n')).status,
    'MALFORMED',
    'letters right behind the last number',
  );
  t.end();
});

void t.test('the clock tick and the page size are arguments', (t) => {
  const bench = new ParserBench(
    'processes',
    (layout) => procPidStatParser(layout, { ...OPTIONS, userHz: 1000, pageSize: 65536 }).parse,
  );
  const { values } = bench.run(`77 (x) S ${NUMBERS} ${TAIL}\n`);
  t.match(values, { stat_utime_usec: 11_000, stat_rss_bytes: 6 * 65536, start_time: 345678 });
  t.end();
});

void t.test('a layout with some of the columns gets those', (t) => {
  const columns = new Columns(
    makeLayout(
      'few',
      blockColumns('processes').filter(({ name }) => name === 'stat_rss_bytes'),
      64,
    ),
  );
  const { parse } = procPidStatParser(columns.layout, OPTIONS);
  const bytes = latin1(`77 (x) S ${NUMBERS} ${TAIL}\n`);
  t.equal(parse(bytes, bytes.length, columns, 3), OK);
  t.equal(columns.getInt(0, 3), 6 * 4096);
  t.end();
});

void t.test('where delays are not measured their zero is no value', (t) => {
  const text = `77 (x) S ${NUMBERS} ${TAIL}\n`;
  const name = 'stat_delayacct_blkio_usec';
  for (const delayAccounting of [true, false]) {
    const make = (layout: Layout): Parser => procPidStatParser(layout, { ...OPTIONS, delayAccounting }).parse;
    t.equal(new ParserBench('processes', make).run(text).values[name], delayAccounting ? 0 : undefined);
  }
  t.end();
});
