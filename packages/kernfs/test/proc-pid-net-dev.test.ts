import { blockColumns, Columns, INTERFACE_METRICS, makeLayout, MALFORMED, OK, type Layout } from '@fgm/catalog';
import fc from 'fast-check';
import t from 'tap';
import type { Parser } from '../src/parser.ts';
import { NetDevLines, procPidNetDevParser } from '../src/proc-pid-net-dev.ts';
import { clearing } from './suite/clearing.ts';
import { decimal } from './suite/mutations.ts';
import { latin1 } from './suite/outcome.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { twin } from './suite/twins.ts';

const NAMES = INTERFACE_METRICS.map(({ name }) => name);
const LINE = /^[ \t]*([^ \t].*):((?:[ \t]*(?<![0-9])[0-9]+)+)$/s;

/** The name and the sixteen numbers of a line. */
function interfaceOf(line: string): { name: string; numbers: string[] } | null {
  const colon = line.lastIndexOf(':');
  const name = line.slice(0, Math.max(0, colon)).replace(/^[ \t]+/, '');
  const numbers = line.slice(colon + 1).split(/[ \t]+/);
  if (numbers[0] === '') numbers.shift();
  const whole = numbers.length === 16 && numbers.every((digits) => /^[0-9]+$/.test(digits));
  return LINE.test(line) && name !== '' && whole ? { name, numbers } : null;
}

const device = fc.constantFrom('lo', 'eth0', 'eth0:1', 'lo0', 'l', ':', 'veth4a5b', '\u00ffx', '-', 'verylongname012');
const line = fc
  .tuple(device, fc.array(decimal, { minLength: 16, maxLength: 16 }), fc.constantFrom('', ' ', '     '))
  .map(([name, numbers, blanks]) => `${name.padStart(6)}:${blanks}${numbers.join(blanks === '' ? ' ' : blanks)}\n`);
const text = fc
  .array(line, { maxLength: 4 })
  .map((lines) => `Inter-|   Receive   |  Transmit\n face |bytes    packets|bytes\n${lines.join('')}`);

parserSuite({
  fixtures: 'proc-pid-net-dev',
  table: 'containers',
  make: procPidNetDevParser,
  twin: twin((lines, values) => {
    const found = lines.slice(2).map(interfaceOf);
    if (found.includes(null)) return false;
    if (found.length === 0) return true;
    for (const index of [0, 1, 2, 3, 8, 9, 10, 11]) {
      const others = found.filter((one) => one!.name !== 'lo');
      values.set(
        NAMES[index]!,
        others.reduce((sum, one) => sum + BigInt(one!.numbers[index]!), 0n),
      );
    }
    return true;
  }),
  text,
  sums: true,
});

/** The last interface of the text. */
function lastLine(layout: Layout): Parser {
  const lines = new NetDevLines(layout);
  const clear = clearing(NAMES.map((name) => layout.columns.findIndex((column) => column.name === name)));
  return (bytes, length, columns, row) => {
    clear(columns, row);
    if (lines.start(bytes, length) === OK) while (lines.next()) lines.write(columns, row);
    if (lines.status >= MALFORMED) clear(columns, row);
    return lines.status;
  };
}

parserSuite({
  fixtures: 'proc-pid-net-dev-lines',
  table: 'interfaces',
  make: lastLine,
  twin: twin((lines, values) => {
    const found = lines.slice(2).map(interfaceOf);
    if (found.includes(null)) return false;
    if (found.some((one) => one!.numbers.some((digits) => BigInt(digits) > 2n ** 53n))) values.set('any', 2n ** 60n);
    for (const [index, digits] of (found.at(-1)?.numbers ?? []).entries()) values.set(NAMES[index]!, BigInt(digits));
    return true;
  }),
  text,
  sums: true,
});

void t.test('4096 interfaces, with names that are odd', (t) => {
  const layout = makeLayout('interfaces', blockColumns('interfaces'), 64);
  const lines = new NetDevLines(layout);
  const columns = new Columns(layout);
  const names = Array.from({ length: 4096 }, (_, index) => `a:${index}:\u00e9-"';`);
  const bytes = latin1(`x\ny\n${names.map((name, index) => `${name}:${`${index} `.repeat(16).trim()}\n`).join('')}`);
  t.equal(lines.start(bytes, bytes.length), OK);
  const found: string[] = [];
  while (lines.next()) {
    lines.write(columns, 0);
    found.push(Buffer.from(bytes.subarray(lines.nameStart, lines.nameEnd)).toString('latin1'));
    if (columns.getInt(columns.layout.columns.length - 1, 0) !== found.length - 1) t.fail(`interface ${found.length}`);
  }
  t.equal(lines.status, OK);
  t.strictSame(found, names);
  t.end();
});
