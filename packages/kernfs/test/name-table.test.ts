import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { NameTable } from '../src/name-table.ts';

void t.test('numbers names in the order in which they are first met', async (t) => {
  await holds(
    t,
    fc.property(fc.array(fc.uint8Array({ maxLength: 4, max: 3 }), { maxLength: 300 }), (names) => {
      const table = new NameTable();
      const known: string[] = [];
      return names.every((name) => {
        const text = Buffer.from(name).toString('latin1');
        if (!known.includes(text)) known.push(text);
        const padded = Uint8Array.of(9, ...name, 9);
        const number = table.intern(padded, 1, 1 + name.length);
        return number === known.indexOf(text) && table.text(number) === text && table.size === known.length;
      });
    }),
  );
  t.pass('and keeps them while it grows');
});

void t.test('keeps its own copy of the bytes', (t) => {
  const table = new NameTable();
  const bytes = Buffer.from('/lib/a');
  t.equal(table.intern(bytes, 0, 6), 0);
  bytes.write('/lib/b');
  t.equal(table.intern(bytes, 0, 6), 1);
  t.strictSame([table.text(0), table.text(1)], ['/lib/a', '/lib/b']);
  table.clear();
  t.equal(table.size, 0);
  t.equal(table.intern(bytes, 0, 6), 0, 'and starts from 0 after clear()');
  t.end();
});

void t.test('names that are no UTF-8', (t) => {
  const table = new NameTable();
  const one = table.intern(Uint8Array.of(0xff), 0, 1);
  const other = table.intern(Uint8Array.of(0xfe), 0, 1);
  t.not(one, other, 'stay apart');
  t.equal(table.text(one), '\ufffd');
  t.end();
});
