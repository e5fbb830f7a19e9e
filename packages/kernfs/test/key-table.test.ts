import fc from 'fast-check';
import t from 'tap';
import { hashBytes, KeyTable } from '../src/key-table.ts';
import { latin1 } from './suite/outcome.ts';

const key = fc.string({ unit: fc.constantFrom('a', 'b', '_', '.'), maxLength: 6 });

void t.test('finds each key and no other', (t) => {
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: 60 }), key, fc.nat({ max: 5 }), (keys, wanted, offset) => {
      const table = new KeyTable(keys);
      const bytes = latin1(`${'?'.repeat(offset)}${wanted}?`);
      return table.find(bytes, offset, offset + wanted.length) === keys.indexOf(wanted) && table.size === keys.length;
    }),
    { numRuns: 2_000 },
  );
  t.pass('also where short keys share many slots');
  t.end();
});

function hashOf(text: string): number {
  return hashBytes(latin1(text), 0, text.length);
}

void t.test('keys with one hash are told apart by their bytes', (t) => {
  const [one, other] = ['costarring', 'liquid'] as const;
  t.equal(hashOf(one), hashOf(other), 'the two collide');
  const table = new KeyTable([one]);
  t.equal(table.find(latin1(one), 0, one.length), 0);
  t.equal(table.find(latin1(other), 0, other.length), -1);
  t.equal(new KeyTable([one, other]).find(latin1(other), 0, other.length), 1);
  t.end();
});
