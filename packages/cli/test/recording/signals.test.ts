import t from 'tap';
import { onSignals } from '../../src/recording/signals.ts';

t.test('the first signal stops, a second one forces, and the one that npx passes on is the first', (t) => {
  let now = 1000;
  const before = process.listenerCount('SIGHUP');
  const calls: string[] = [];
  const release = onSignals(
    {
      stop: (signal) => calls.push(`stop ${signal}`),
      force: (signal) => calls.push(`force ${signal}`),
      reread: () => calls.push('reread'),
    },
    () => now,
  );
  process.emit('SIGHUP', 'SIGHUP');
  process.emit('SIGINT', 'SIGINT');
  now += 20;
  process.emit('SIGINT', 'SIGINT');
  now += 2000;
  process.emit('SIGTERM', 'SIGTERM');
  release();
  t.same(calls, ['reread', 'stop SIGINT', 'force SIGTERM']);
  t.equal(process.listenerCount('SIGHUP'), before);
  t.end();
});
