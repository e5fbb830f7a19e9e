import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import {
  numberAt,
  structAt,
  structsAt,
  type ThriftField,
  ThriftReader,
  type ThriftStruct,
  type ThriftValue,
  writeThrift,
} from '../src/thrift.ts';

const STRUCT = 12;
const LIST = 9;

const { field } = fc.letrec<{ field: ThriftField; struct: ThriftStruct; value: [number, ThriftValue] }>((tie) => ({
  struct: fc
    .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 32_767 }), tie('field')), { maxLength: 8, selector: ([id]) => id })
    .map((fields) => new Map(fields)),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }).map((value): [number, ThriftValue] => [4, value]),
    fc.integer().map((value): [number, ThriftValue] => [5, value]),
    fc.integer({ min: -(2 ** 52), max: 2 ** 52 }).map((value): [number, ThriftValue] => [6, value]),
    fc.double({ noNaN: true }).map((value): [number, ThriftValue] => [7, value]),
    fc.uint8Array({ maxLength: 300 }).map((value): [number, ThriftValue] => [8, value]),
    tie('struct').map((value): [number, ThriftValue] => [STRUCT, value]),
    fc.array(tie('struct'), { maxLength: 20 }).map((items): [number, ThriftValue] => [LIST, { type: STRUCT, items }]),
    fc.array(fc.integer(), { maxLength: 20 }).map((items): [number, ThriftValue] => [LIST, { type: 5, items }]),
  ),
  field: fc.oneof(
    fc.constantFrom(1, 2).map((type): ThriftField => ({ type, value: 0 })),
    tie('value').map(([type, value]): ThriftField => ({ type, value })),
  ),
}));
const struct = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 60 }), field), { selector: ([id]) => id })
  .map((fields) => new Map(fields));

/** Comparable: fields in order, bytes as text. */
function plain(value: ThriftValue): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Map) {
    const fields = [...value].sort(([a], [b]) => a - b);
    return fields.map(([id, { type, value: inner }]) => [id, type, plain(inner)]);
  }
  return typeof value === 'number' ? `${value}` : [value.type, value.items.map(plain)];
}

t.test('what is written is read back', async (t) => {
  await holds(
    t,
    fc.property(struct, (written) => {
      const bytes = writeThrift(written);
      const reader = new ThriftReader(bytes);
      const read = reader.struct();
      return reader.at === bytes.length && JSON.stringify(plain(read)) === JSON.stringify(plain(written));
    }),
  );
  t.pass('property held');
});

t.test('bytes that end too early, or are anything at all, are an error or a struct, never more', async (t) => {
  await holds(
    t,
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        struct.map((one) => writeThrift(one).subarray(0, -1)),
      ),
      (bytes) => {
        try {
          new ThriftReader(bytes).struct();
        } catch (error) {
          return error instanceof RangeError;
        }
        return true;
      },
    ),
  );
  t.pass('property held');
});

t.test('sample bytes of the specification', async (t) => {
  // Field 1 i32 150, field 2 binary "ab", field 20 true.
  const bytes = Uint8Array.of(0x15, 0xac, 0x02, 0x18, 0x02, 0x61, 0x62, 0x01, 0x28, 0x00);
  const read = new ThriftReader(bytes).struct();
  t.equal(read.get(1)?.value, 150);
  t.same(read.get(2)?.value, Uint8Array.of(0x61, 0x62));
  t.equal(read.get(20)?.type, 1);
  t.same(writeThrift(read), bytes);
});

t.test('what only a hostile writer writes is refused at once', async (t) => {
  const refused = (bytes: Uint8Array): RegExp | string => {
    try {
      new ThriftReader(bytes).struct();
      return 'read';
    } catch (error) {
      return (error as RangeError).message;
    }
  };
  const long = (byte: number, count: number): Uint8Array => new Uint8Array(count).fill(byte);
  t.match(refused(Uint8Array.of(0x18, ...long(0x80, 200), 0)), /number without end/, 'a length of 200 bytes');
  t.match(refused(long(0x1c, 100_000)), /more than 64 levels/, 'structs in structs');
  t.match(refused(Uint8Array.of(0x19, ...long(0x19, 100_000))), /more than 64 levels/, 'lists in lists');
  const listOfNumbers: ThriftStruct = new Map([[1, { type: LIST, value: { type: 5, items: [1] } }]]);
  const number: ThriftStruct = new Map([[1, { type: 5, value: 1 }]]);
  t.throws(() => structsAt(listOfNumbers, 1), { name: 'RangeError', message: /not a list of structs/ });
  t.throws(() => structsAt(number, 1), { name: 'RangeError', message: /not a list/ });
  t.throws(() => structAt(number, 1), { name: 'RangeError', message: /not a struct/ });
  t.throws(() => numberAt(new Map([[1, { type: 7, value: 0.5 }]]), 1), { name: 'RangeError' });
});
