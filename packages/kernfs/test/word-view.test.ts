import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { WordView } from '../src/word-view.ts';

const LF = 10;
/** Bytes that are searched, bytes that differ from them in one bit, and those with the highest bit set. */
const bytes = fc
  .uint8Array({ maxLength: 64 })
  .map((random) => random.map((byte) => [LF, 11, 9, 8, 138, 0, byte][byte % 7]!));

void t.test('finds what a search byte by byte finds', async (t) => {
  const view = new WordView();
  await holds(
    t,
    fc.property(bytes, fc.nat(64), fc.nat(64), (random, one, other) => {
      const text = Uint8Array.from([...random, LF]);
      const [from, end] = [Math.min(one, other), Math.max(one, other) + 1].map((at) => Math.min(at, text.length));
      view.look(text);
      const until = text.lastIndexOf(LF, end! - 1) + 1;
      if (from! < until && view.lineFeed(from!, until) !== text.indexOf(LF, from)) return false;
      return [LF, 11, 138, 0].every((byte) => view.last(byte, end!) === text.subarray(0, end).lastIndexOf(byte));
    }),
  );
});

void t.test('looks at the part of a buffer that a text is', (t) => {
  const view = new WordView();
  view.look(Uint8Array.from([1, 2, 3, 4, 5, 6, 7]).subarray(2));
  t.equal(view.at(1), 0x07060504, 'little-endian, from any byte');
  t.throws(() => view.at(2), RangeError, 'and not behind its end');
  t.end();
});
