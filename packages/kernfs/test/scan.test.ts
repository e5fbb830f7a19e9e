import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { Cursor, NO_NUMBER, NUMBER, scanDecimal, scanUnsigned, TOO_BIG } from '../src/scan.ts';
import { decimal } from './suite/mutations.ts';
import { latin1 } from './suite/outcome.ts';

const LIMIT = 2n ** 53n;

function cursorAt(text: string): Cursor {
  const cursor = new Cursor();
  cursor.start(latin1(text), text.length);
  return cursor;
}

void t.test('a text must end with a line feed', (t) => {
  const cursor = new Cursor();
  for (const [text, whole] of [
    ['', false],
    ['1', false],
    ['\n', true],
    ['1\n', true],
    ['1\n2', false],
  ] as const) {
    t.equal(cursor.start(latin1(text), text.length), whole, JSON.stringify(text));
  }
  t.equal(cursor.start(latin1('1\n2'), 2), true, 'only so many bytes count');
  t.end();
});

void t.test('unsigned numbers are exact up to 2^53', (t) => {
  const cases: readonly (readonly [text: string, drop: number, found: number, value?: number])[] = [
    ['0', 0, NUMBER, 0],
    ['000', 0, NUMBER, 0],
    ['7x', 0, NUMBER, 7],
    ['999999999999999', 0, NUMBER, 999_999_999_999_999],
    ['9007199254740991', 0, NUMBER, 2 ** 53 - 1],
    ['9007199254740992', 0, NUMBER, 2 ** 53],
    ['9007199254740993', 0, TOO_BIG],
    ['18446744073709551615', 0, TOO_BIG],
    [`${'0'.repeat(50)}9007199254740992`, 0, NUMBER, 2 ** 53],
    ['9007199254740992999', 3, NUMBER, 2 ** 53],
    ['9007199254740993000', 3, TOO_BIG],
    ['999', 3, NUMBER, 0],
    ['12', 3, NUMBER, 0],
    ['', 0, NO_NUMBER],
    ['-1', 0, NO_NUMBER],
    [' 1', 0, NO_NUMBER],
    ['max', 0, NO_NUMBER],
  ];
  for (const [text, drop, found, value] of cases) {
    const cursor = cursorAt(`${text}\n`);
    t.equal(scanUnsigned(cursor, drop), found, `${text}, ${drop} digits dropped`);
    if (value !== undefined) t.equal(cursor.number[0], value);
    t.equal(cursor.at, /^[0-9]*/.exec(text)![0].length, 'stands behind the digits');
  }
  t.end();
});

void t.test('agrees with BigInt', async (t) => {
  await holds(
    t,
    fc.property(decimal, fc.nat({ max: 3 }), (text, drop) => {
      const cursor = cursorAt(`${text}\n`);
      const value = BigInt(text) / 10n ** BigInt(drop);
      const found = scanUnsigned(cursor, drop);
      return value > LIMIT ? found === TOO_BIG : found === NUMBER && BigInt(cursor.number[0]!) === value;
    }),
  );
  t.pass('for any number of digits');
});

void t.test('decimals are the double nearest to the text', async (t) => {
  await holds(
    t,
    fc.property(fc.nat(), fc.nat({ max: 9_999_999 }), fc.nat({ max: 8 }), (whole, fraction, zeros) => {
      const text = `${whole}.${'0'.repeat(zeros)}${fraction}`;
      const cursor = cursorAt(`${text} \n`);
      const found = scanDecimal(cursor);
      const tooBig = BigInt(text.replace('.', '')) >= LIMIT || text.length - String(whole).length - 1 > 15;
      return (
        found === (tooBig ? TOO_BIG : NUMBER) &&
        (tooBig || cursor.number[0] === Number(text)) &&
        cursor.at === text.length
      );
    }),
  );
  for (const text of ['.5', '1.', '1.x', 'x', '']) t.equal(scanDecimal(cursorAt(`${text}\n`)), NO_NUMBER, text);
});
