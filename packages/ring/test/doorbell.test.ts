import t from 'tap';
import { Doorbell } from '../src/index.ts';

t.test('a ring between count() and wait() is not missed', async (t) => {
  const bell = new Doorbell();
  const seen = bell.count();
  new Doorbell(bell.buffer).ring();
  t.equal(bell.wait(seen, 60_000), true, 'returns at once');
  t.equal(bell.wait(bell.count(), 0), false, 'nothing new');
});

t.test('it goes on ringing past the end of its counter', async (t) => {
  const bell = new Doorbell();
  new Int32Array(bell.buffer)[0] = 0x7fffffff;
  const seen = bell.count();
  bell.ring();
  t.not(bell.count(), seen);
  t.equal(bell.wait(seen, 60_000), true);
});
