import { blockColumns, Columns, makeLayout } from '@fgm/catalog';
import { bytesPerCall } from '@fgm/testkit';
import t from 'tap';
import { ExpectedLines } from '../src/expected-lines.ts';
import { COLON, Cursor, SPACE } from '../src/scan.ts';
import { latin1 } from './suite/outcome.ts';

const layout = makeLayout('processes', blockColumns('processes'), 64);
const ROW = 3;
const CHARS = { [SPACE]: ' ', [COLON]: ':' };
const FIELDS = [
  { key: 'alpha', column: 6 },
  { key: 'beta', column: 7, multiply: 1024 },
  { key: 'gamma', column: 8, multiply: 10_000 },
  { key: 'dropped', column: 9, drop: 3 },
  { key: 'a', column: 10 },
];

/** What is left of a text when it is met again after a first one of the given keys, and the values taken from it. */
function second(delimiter: typeof SPACE | typeof COLON, first: readonly string[], text: string): [string, object] {
  const lines = new ExpectedLines(FIELDS, delimiter);
  const columns = new Columns(layout);
  const cursor = new Cursor();
  // Twice, so that the first is expected after the last.
  for (let time = 0; time < 2; time++) teach(lines, cursor, columns, first, delimiter);
  const bytes = latin1(text);
  cursor.start(bytes, bytes.length);
  lines.take(cursor, columns, ROW);
  const values = FIELDS.filter(({ column }) => columns.isValid(column, ROW));
  return [
    text.slice(cursor.at),
    Object.fromEntries(values.map(({ key, column }) => [key, columns.getInt(column, ROW)])),
  ];
}

/** Lets lines of these keys pass as a parser does that takes each of them itself. */
function teach(
  lines: ExpectedLines,
  cursor: Cursor,
  columns: Columns,
  keys: readonly string[],
  delimiter: keyof typeof CHARS,
): void {
  const bytes = latin1(keys.map((key) => `${key}${CHARS[delimiter]}-\n`).join(''));
  cursor.start(bytes, bytes.length);
  let place = 0;
  for (const key of keys) {
    lines.take(cursor, columns, 0);
    const end = place + key.length;
    if (cursor.at === place)
      lines.learn(
        FIELDS.findIndex((field) => field.key === key),
        place,
        end,
      );
    place = cursor.at = end + '.-.'.length;
  }
}

const KEYS = ['alpha', 'stranger', 'beta', 'gamma'];
const FLAT = 'alpha 1\nstranger x y z\nbeta 2\ngamma 3\n';
const VALUES = { alpha: 1, beta: 2048, gamma: 30_000 };

for (const [what, delimiter, keys, text, left, values] of [
  ['the same keys again', SPACE, KEYS, FLAT, '', VALUES],
  ['colons, blanks and kilobytes', COLON, KEYS, 'alpha:\t1\nstranger:\nbeta:  2 kB\ngamma:3\n', '', VALUES],
  ['another order', SPACE, KEYS, 'alpha 1\nbeta 2\n', 'beta 2\n', { alpha: 1 }],
  ['a longer key', SPACE, KEYS, 'alpha 1\nstrangers 2\n', 'strangers 2\n', { alpha: 1 }],
  ['no number', SPACE, KEYS, 'alpha max\n', 'alpha max\n', {}],
  ['no digits', SPACE, KEYS, 'alpha \n', 'alpha \n', {}],
  ['two blanks, where there is to be one', SPACE, KEYS, 'alpha  1\n', 'alpha  1\n', {}],
  ['something behind the number', SPACE, KEYS, 'alpha 1 \n', 'alpha 1 \n', {}],
  ['kilobytes without kB', COLON, ['beta'], 'beta: 2\n', 'beta: 2\n', {}],
  ['half of kB at the end', COLON, ['beta'], 'beta: 2 k\n', 'beta: 2 k\n', {}],
  ['kB where there is to be none', COLON, ['alpha'], 'alpha: 2 kB\n', 'alpha: 2 kB\n', {}],
  ['the largest that needs no care', SPACE, ['alpha'], 'alpha 999999999999999\n', '', { alpha: 999_999_999_999_999 }],
  ['more digits', SPACE, ['alpha'], 'alpha 1000000000000000\n', 'alpha 1000000000000000\n', {}],
  ['too much with its factor', SPACE, ['gamma'], 'gamma 999999999999\n', 'gamma 999999999999\n', {}],
  ['digits that are to be dropped', SPACE, ['dropped'], 'dropped 12345\n', 'dropped 12345\n', {}],
  ['a key of one letter', SPACE, ['a'], 'a 1\n', 'a 1\n', {}],
  ['a key that is cut', SPACE, ['stranger'], 'stran\n', 'stran\n', {}],
] as const)
  t.strictSame(second(delimiter, keys, text), [left, values], what);

void t.test('keys without a column, more than can be remembered', (t) => {
  const lines = new ExpectedLines(FIELDS, SPACE);
  const columns = new Columns(layout);
  const cursor = new Cursor();
  const many = Array.from({ length: 1000 }, (_, index) => `stranger${index}`);
  const bytes = latin1(FLAT);
  const call = (): void => {
    cursor.start(bytes, bytes.length);
    lines.take(cursor, columns, ROW);
  };
  teach(lines, cursor, columns, many, SPACE);
  teach(lines, cursor, columns, KEYS, SPACE);
  call();
  t.equal(FLAT.slice(cursor.at), 'stranger x y z\nbeta 2\ngamma 3\n', 'the first are remembered, the others are left');
  // Numbers are on the heap until this is compiled.
  let allocated = Infinity;
  for (let attempt = 0; attempt < 8 && allocated >= 1; attempt++) allocated = bytesPerCall(10_000, call);
  t.ok(allocated < 1, `taking allocates ${allocated.toFixed(2)} bytes`);
  t.end();
});
