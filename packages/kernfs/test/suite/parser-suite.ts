import { MALFORMED, type Column, type Layout, type SampledTable } from '@fgm/catalog';
import { HOSTILE_BYTES, bytesPerCall } from '@fgm/testkit';
import { holds, onlyProperties } from '@fgm/testkit/property';
import fc from 'fast-check';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import type { Parser } from '../../src/parser.ts';
import { edges } from './edges.ts';
import { HOSTILE } from './hostile.ts';
import { hostileText } from './hostile-text.ts';
import { mutated } from './mutations.ts';
import { BEHIND, latin1, ParserBench, type Outcome } from './outcome.ts';
import type { Twin } from './twins.ts';

const FIXTURES = new URL('../../../../test-fixtures/', import.meta.url);
const PARSES = 10_000;
/** Files that differ from another one in nothing but the names of their columns: its edge cases are theirs. */
const LIKE_ANOTHER: ReadonlySet<string> = new Set([
  'cpu-stat-local',
  'hugetlb-events-local',
  'memory-events-local',
  'memory-swap-events',
  'misc-events',
  'misc-max',
  'misc-peak',
  'pressure-io',
  'pressure-irq',
  'pressure-memory',
  'proc-pid-net-dev-lines',
  'rdma-max',
]);
export interface ParserSuite {
  /** Directory of samples in test-fixtures. */
  readonly fixtures: string;
  readonly table: SampledTable;
  readonly make: (layout: Layout) => Parser;
  /** Columns that are found on the machine, for a file whose names differ between machines. */
  readonly extra?: readonly Column[];
  readonly twin: Twin;
  /** Texts as the kernel prints them, or nearly so. */
  readonly text: fc.Arbitrary<string>;
  /** Values are sums over lines, so that a text cut between two lines gives smaller ones. */
  readonly sums?: boolean;
}

/** Everything that holds for every parser. What is special to a file stands in its own test. */
export function parserSuite(suite: ParserSuite): ParserBench {
  const bench = new ParserBench(suite.table, suite.make, suite.extra);
  t.ok(bench.owned.length > 0, 'owns columns of its table');
  if (!onlyProperties()) samples(suite, bench);
  properties(suite, bench);
  if (!LIKE_ANOTHER.has(suite.fixtures))
    edges({ family: suite.fixtures, parse: (text) => bench.run(text), twin: suite.twin });
  void t.test('hostile bytes', (t) => hostile(t, suite, bench));
  return bench;
}

/** Samples are found by reading the directory; UPDATE_FIXTURES=1 writes what is expected of them. */
function samples(suite: ParserSuite, bench: ParserBench): void {
  const directory = new URL(`${suite.fixtures}/`, FIXTURES);
  const names = readdirSync(directory).filter((name) => name.endsWith('.txt'));
  t.ok(names.length > 0, `has samples in test-fixtures/${suite.fixtures}`);
  for (const name of names) {
    const text = readFileSync(new URL(name, directory), 'latin1');
    const expected = new URL(name.replace(/txt$/, 'json'), directory);
    if (process.env['UPDATE_FIXTURES'] === '1')
      writeFileSync(expected, `${JSON.stringify(bench.run(text), null, 2)}\n`);
    void t.test(name, (t) => {
      t.ok(existsSync(expected), 'has its expected values beside it');
      const outcome = bench.run(text);
      t.strictSame(outcome, JSON.parse(readFileSync(expected, 'utf8')), 'gives the expected values');
      t.strictSame(outcome, suite.twin(text), 'gives the values of the slow parser');
      truncated(t, suite, bench, text, outcome);
      allocates(t, bench, text);
      t.end();
    });
  }
}

/** A text cut anywhere gives no value that the whole text does not have. */
function truncated(t: Test, suite: ParserSuite, bench: ParserBench, text: string, whole: Outcome): void {
  const wrong: string[] = [];
  for (let length = 0; length < text.length; length++) {
    const cut = text.slice(0, length);
    const { status, values } = bench.run(cut);
    const whatIsThere = Object.entries(values);
    const invented = suite.sums === true ? [] : whatIsThere.filter(([name, value]) => whole.values[name] !== value);
    const kept = status === 'MALFORMED' && whatIsThere.length > 0;
    const taken = length > 0 && !cut.endsWith('\n') && status !== 'MALFORMED';
    if (invented.length > 0 || kept || taken) wrong.push(`${length} bytes: ${status} ${JSON.stringify(values)}`);
  }
  t.strictSame(wrong, [], 'invents nothing when it is cut');
}

/** One boxed number a parse would be sixteen bytes. A busy machine compiles late, so that it may take a few attempts. */
function allocates(t: Test, bench: ParserBench, text: string): void {
  const bytes = latin1(text);
  const parse = (): unknown => bench.parse(bytes, bytes.length, bench.columns, 9);
  let allocated = Infinity;
  for (let attempt = 0; attempt < 8 && allocated >= 1; attempt++) allocated = bytesPerCall(PARSES, parse);
  t.ok(allocated < 1, `a parse allocates ${allocated.toFixed(2)} bytes`);
}

/** What holds for any bytes whatever, so that a counterexample says by itself what is wrong. */
function properties(suite: ParserSuite, bench: ParserBench): void {
  void t.test(`${suite.fixtures}, nearly as the kernel prints it`, (t) =>
    holds(
      t,
      fc.property(mutated(suite.text), (text) => problem(suite, bench, text) === null),
    ),
  );
  void t.test(`${suite.fixtures}, any bytes`, (t) =>
    holds(
      t,
      fc.property(hostileText(suite.fixtures), (text) => problem(suite, bench, text) === null),
    ),
  );
}

/** What a parser does to a text that no parser may do; null when there is nothing. */
function problem(suite: ParserSuite, bench: ParserBench, text: string): string | null {
  bench.fill();
  const status = bench.status(text);
  const disturbed = bench.disturbed();
  if (disturbed.length > 0) return `writes to ${disturbed.join()}`;
  if (status - MALFORMED > text.length) return `finds something wrong behind the end, at ${status - MALFORMED}`;
  const expected = suite.twin(text);
  const other = BEHIND.find((rest) => !sameOutcome(bench.run(text, rest), expected));
  return other === undefined ? null : `is not what the slow parser finds, with ${JSON.stringify(other)} behind it`;
}

function sameOutcome(one: Outcome, other: Outcome): boolean {
  const names = new Set([...Object.keys(one.values), ...Object.keys(other.values)]);
  return one.status === other.status && [...names].every((name) => one.values[name] === other.values[name]);
}

function hostile(t: Test, suite: ParserSuite, bench: ParserBench): void {
  const wrong: string[] = [];
  for (const text of [...HOSTILE, ...HOSTILE_BYTES.map(({ bytes }) => Buffer.from(bytes).toString('latin1'))]) {
    const what = problem(suite, bench, text);
    if (what !== null) wrong.push(`${JSON.stringify(text.slice(0, 80))} ${what}`);
  }
  t.strictSame(wrong, [], 'are parsed or refused as by the slow parser');
  t.end();
}
