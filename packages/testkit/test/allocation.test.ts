import t from 'tap';
import { bytesPerCall } from '../src/index.ts';

const places = new Float64Array(64);
let kept: unknown;

t.test('a call that keeps to typed arrays costs nothing', async (t) => {
  // So many that the compiler has come to it, busy as it may be with what was just loaded.
  t.ok(bytesPerCall(200_000, (number) => void (places[number & 63] = number / 3)) < 1);
});

t.test('an object is seen, also when it is garbage at once', async (t) => {
  const bytes = bytesPerCall(20_000, (number) => (kept = { number }));
  t.ok(bytes >= 16 && bytes < 64, `${bytes} bytes for an object of one field`);
  t.type(kept, 'object');
});

t.test('more than the young generation holds is still counted', async (t) => {
  const bytes = bytesPerCall(20_000, (number) => (kept = Array.from({ length: 100 }).fill(number)));
  t.ok(bytes > 800, `${bytes} bytes for an array of a hundred`);
});
