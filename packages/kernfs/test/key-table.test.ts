import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { hashBytes, KeyTable } from '../src/key-table.ts';
import { Cursor, SPACE } from '../src/scan.ts';
import { latin1 } from './suite/outcome.ts';

const key = fc.string({ unit: fc.constantFrom('a', 'b', '_', '.'), maxLength: 6 });

function hashOf(text: string): number {
  return hashBytes(latin1(text), 0, text.length);
}

/** The number found for a key that a space follows, and how far the cursor moved. */
function find(table: KeyTable, text: string, offset = 0): readonly [number, number] {
  const line = `${'?'.repeat(offset)}${text} 1\n`;
  const cursor = new Cursor();
  cursor.start(latin1(line), line.length);
  cursor.at = offset;
  const number = table.scan(cursor, SPACE);
  return [number, cursor.at - offset];
}

void t.test('finds each key and no other', async (t) => {
  const searches = fc.array(fc.tuple(key, fc.nat({ max: 5 })), { maxLength: 20 });
  await holds(
    t,
    fc.property(fc.uniqueArray(key, { maxLength: 60 }), searches, (keys, wanted) => {
      const table = new KeyTable(keys);
      return wanted.every(([one, offset]) => {
        const [number, moved] = find(table, one, offset);
        return number === keys.indexOf(one) && moved === one.length && table.size === keys.length;
      });
    }),
  );
  t.pass('also where short keys share many slots, and whatever came before');
});

void t.test('the same keys in the same order, over and over', (t) => {
  const keys = ['anon', 'file', 'kernel', 'anon_thp'];
  const table = new KeyTable(keys);
  for (let round = 0; round < 3; round++) {
    for (const one of ['file', 'anon', 'unknown', 'anon_thp', 'anon', 'ano', 'kernel']) {
      t.strictSame(find(table, one), [keys.indexOf(one), one.length], one);
    }
  }
  t.end();
});

void t.test('keys with one hash are told apart by their bytes', (t) => {
  const [one, other] = ['costarring', 'liquid'] as const;
  t.equal(hashOf(one), hashOf(other), 'the two collide');
  t.strictSame(find(new KeyTable([one]), other), [-1, other.length]);
  t.strictSame(find(new KeyTable([one, other]), other), [1, other.length]);
  t.end();
});
