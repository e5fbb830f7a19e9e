import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { LineSplitter } from '../src/line-splitter.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 200 });
const cuts = fc.array(fc.nat({ max: 200 }), { maxLength: 12 });

/** Everything that comes out for a text handed over in these pieces. */
function split(splitter: LineSplitter, whole: string, at: readonly number[]): { runs: string[]; pending: number } {
  const places = [0, ...at.filter((place) => place < whole.length).toSorted((one, other) => one - other), whole.length];
  const runs: string[] = [];
  for (const [index, from] of places.slice(0, -1).entries()) {
    const piece = Buffer.from(whole.slice(from, places[index + 1]));
    splitter.add(piece, piece.length);
    while (splitter.next()) runs.push(Buffer.from(splitter.bytes.subarray(splitter.start, splitter.end)).toString());
    piece.fill(0x21); // the splitter must have kept what it needs
  }
  return { runs, pending: splitter.pending };
}

void t.test('whole lines come out in order, however the text is cut', async (t) => {
  const splitter = new LineSplitter();
  await holds(
    t,
    fc.property(text, cuts, (whole, at) => {
      splitter.reset();
      const { runs, pending } = split(splitter, whole, at);
      const lines = whole.slice(0, whole.lastIndexOf('\n') + 1);
      return (
        runs.every((run) => run.endsWith('\n')) && runs.join('') === lines && pending === whole.length - lines.length
      );
    }),
  );
  t.pass('and what is left over is counted');
});

void t.test('a line may be longer than any piece', (t) => {
  const line = `${'x'.repeat(10_000)}\n`;
  const { runs, pending } = split(
    new LineSplitter(),
    line + 'rest',
    Array.from({ length: 1_000 }, (_, index) => index * 10),
  );
  t.strictSame(runs, [line]);
  t.equal(pending, 4);
  t.end();
});
