import fc from 'fast-check';

/** Something that happens to the bytes of a file. Places are shares of its length. */
export interface Corruption {
  readonly kind: 'flip' | 'set' | 'cut' | 'insert' | 'remove' | 'zero' | 'repeat';
  readonly at: number;
  readonly length: number;
  readonly bytes: Uint8Array;
}

/** Bytes that mean much to readers of lengths: the largest ones, long varints, structs in structs without end. */
const TELLING = fc.constantFrom(
  Uint8Array.of(0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0xff, 0xff, 0xff, 0x7f),
  Uint8Array.of(0, 0, 0, 0),
  Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f),
  new Uint8Array(200).fill(0x80),
  new Uint8Array(200).fill(0xff),
  new Uint8Array(4000).fill(0x1c),
  new Uint8Array(4000).fill(0x19),
  Uint8Array.of(0x1c, 0xf9, 0xff, 0xff, 0xff, 0xff, 0x07),
  Buffer.from('null'),
  Buffer.from('{}'),
  Buffer.from('1e999'),
);

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

export const corruption: fc.Arbitrary<Corruption> = fc.record({
  kind: fc.constantFrom('flip', 'set', 'cut', 'insert', 'remove', 'zero', 'repeat'),
  // The ends of files say most of them.
  at: fc.oneof(
    place,
    place.map((share) => 1 - share / 20),
    place.map((share) => share / 20),
  ),
  length: fc.integer({ min: 1, max: 300 }),
  bytes: fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 8 }), TELLING),
});

/** The bytes after all that happened to them. */
export function corrupted(bytes: Uint8Array, list: readonly Corruption[]): Buffer {
  return list.reduce<Buffer>((before, one) => corruptOnce(before, one), Buffer.from(bytes));
}

type Change = (bytes: Buffer, at: number, one: Corruption) => Uint8Array[];

const CHANGES: Readonly<Record<Corruption['kind'], Change>> = {
  flip: (bytes, at, { length }) => [
    bytes.subarray(0, at),
    Uint8Array.of((bytes[at] ?? 0) ^ (1 << (length % 8))),
    bytes.subarray(at + 1),
  ],
  set: (bytes, at, one) => [bytes.subarray(0, at), one.bytes, bytes.subarray(at + one.bytes.length)],
  cut: (bytes, at) => [bytes.subarray(0, at)],
  insert: (bytes, at, one) => [bytes.subarray(0, at), one.bytes, bytes.subarray(at)],
  remove: (bytes, at, { length }) => [bytes.subarray(0, at), bytes.subarray(at + length)],
  zero: (bytes, at, { length }) => [
    bytes.subarray(0, at),
    Buffer.alloc(Math.min(length, bytes.length - at)),
    bytes.subarray(at + length),
  ],
  repeat: (bytes, at, { length }) => [bytes, bytes.subarray(at, at + length)],
};

function corruptOnce(bytes: Buffer, one: Corruption): Buffer {
  const at = Math.min(Math.max(bytes.length - 1, 0), Math.floor(one.at * bytes.length));
  return Buffer.concat(CHANGES[one.kind](bytes, at, one));
}
