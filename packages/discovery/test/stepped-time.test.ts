import t from 'tap';
import { SteppedTime } from '../src/stepped-time.ts';

const START = 1_790_000_000_000_500;
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

void t.test('time stands still until it is moved', (t) => {
  const time = new SteppedTime(START);
  t.same([time.wall(), time.monotonic(), time.usec()], [1_790_000_000_000, 1_790_000_000_000.5, START]);
  time.moveTo(START + 700);
  t.same([time.wall(), time.usec()], [1_790_000_000_001, START + 700]);
  time.moveTo(START + 700);
  t.throws(() => time.moveTo(START + 699), { name: 'RangeError' });
  t.end();
});

void t.test('calls come in the order in which they would have come', async (t) => {
  const time = new SteppedTime(START);
  const calls: string[] = [];
  const note = (name: string) => (): void => void calls.push(name);
  time.after(30, note('30'));
  time.after(10, () => {
    calls.push('10');
    // Told after something that was waited for, and still counted from when the call was to be made.
    void settle().then(() => time.after(15, note('10 + 15')));
  });
  time.after(10, note('another 10'));
  const cancelled = time.after(5, note('cancelled'));
  time.cancel(cancelled);
  time.cancelSoon(time.soon(note('cancelled too')));
  time.soon(note('soon'));
  time.after(2_000, note('later'));
  await time.run(settle);
  t.same(calls, ['soon'], 'nothing else is due');
  time.moveTo(START + 1_000_000);
  await time.run(async () => {
    await settle();
    await settle();
  });
  t.same(calls, ['soon', '10', 'another 10', '10 + 15', '30']);
  time.moveTo(START + 2_000_000);
  await time.run(settle);
  t.equal(calls.at(-1), 'later');
});
