import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { readHybrid } from '../../src/read/hybrid-runs.ts';

interface Run {
  readonly packed: boolean;
  readonly values: readonly number[];
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return [...bytes, rest];
}

/** As the format's document says it, bit by bit. */
function encode(runs: readonly Run[], width: number): Uint8Array {
  const bytes = runs.flatMap(({ packed, values }) => {
    if (!packed) {
      const value = Array.from({ length: Math.ceil(width / 8) }, (_, byte) => (values[0]! >>> (byte * 8)) & 0xff);
      return [...varint(values.length * 2), ...value];
    }
    const groups = Math.ceil(values.length / 8);
    const bits = Array.from({ length: groups * 8 }, (_, index) => values[index] ?? 0).flatMap((value) =>
      Array.from({ length: width }, (_, bit) => (value >>> bit) & 1),
    );
    const packedBytes = Array.from({ length: bits.length / 8 }, (_, byte) =>
      bits.slice(byte * 8, byte * 8 + 8).reduce((sum, bit, index) => sum | (bit << index), 0),
    );
    return [...varint(groups * 2 + 1), ...packedBytes];
  });
  return Uint8Array.from(bytes);
}

const runsOf = (width: number): fc.Arbitrary<Run[]> => {
  const value = fc.nat(2 ** width - 1);
  const repeated = fc.record({ packed: fc.constant(false), length: fc.integer({ min: 1, max: 300 }), value });
  const packed = fc.integer({ min: 1, max: 6 }).chain((groups) =>
    fc.record({
      packed: fc.constant(true),
      values: fc.array(value, { minLength: groups * 8, maxLength: groups * 8 }),
    }),
  );
  const asRun = (run: { packed: boolean; length: number; value: number }): Run => ({
    packed: run.packed,
    values: Array.from({ length: run.length }, () => run.value),
  });
  return fc.array(fc.oneof(repeated.map(asRun), packed), { minLength: 1, maxLength: 6 });
};

t.test('what the document says is read', async (t) => {
  await holds(
    t,
    fc.property(
      fc.integer({ min: 1, max: 20 }).chain((width) => fc.tuple(fc.constant(width), runsOf(width))),
      ([width, runs]) => {
        const values = runs.flatMap((run) => run.values);
        const bytes = Uint8Array.from([0xff, ...encode(runs, width), 0xff]);
        const into = new Int32Array(values.length);
        readHybrid(bytes, 1, bytes.length - 1, width, values.length, into);
        return values.every((value, index) => into[index] === value);
      },
    ),
  );
});

t.test('cut anywhere it ends with an error', async (t) => {
  const values = [3, 3, 3, 3, 1, 2, 3, 0, 1, 2, 3, 0];
  const bytes = encode(
    [
      { packed: false, values: values.slice(0, 4) },
      { packed: true, values: values.slice(4) },
    ],
    2,
  );
  for (let length = 0; length < bytes.length; length++) {
    const into = new Int32Array(values.length);
    t.throws(() => readHybrid(bytes, 0, length, 2, values.length, into), RangeError);
  }
});

t.test('a run without a length, and one whose length does not end', async (t) => {
  for (const bytes of [
    [0, 0],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  ]) {
    t.throws(() => readHybrid(Uint8Array.from(bytes), 0, bytes.length, 1, 5, new Int32Array(5)), RangeError);
  }
});
