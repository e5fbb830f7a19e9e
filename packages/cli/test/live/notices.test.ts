import t from 'tap';
import { Notices } from '../../src/live/notices.ts';
import { createLog } from '../../src/recording/log.ts';

t.test('a warning is news for a while, and kept for the end', (t) => {
  let now = 0;
  const notices = new Notices(() => now);
  const log = createLog('info', notices);
  log.info('recording');
  t.equal(notices.current(), null);
  log.warn('clock was set');
  log.error({ problem: 'ENOSPC' }, 'disk is full');
  t.equal(notices.current(), 'error: disk is full: ENOSPC');
  now += 15_000;
  t.equal(notices.current(), null);
  t.same(notices.take(), ['warn: clock was set', 'error: disk is full: ENOSPC']);
  t.same(notices.take(), []);
  t.end();
});

t.test('only the last hundred are kept', (t) => {
  const notices = new Notices(() => 0);
  const log = createLog('info', notices);
  for (let index = 0; index < 150; index++) log.warn(String(index));
  const kept = notices.take();
  t.equal(kept.length, 100);
  t.equal(kept[0], 'warn: 50');
  t.end();
});
