import t from 'tap';
import { changesBetween, reread } from '../../src/config/reread.ts';
import { resolveConfig } from '../../src/config/resolve-config.ts';
import type { RecorderConfig } from '../../src/config/recorder-config.ts';

function config(flags: Record<string, string | string[]>): RecorderConfig {
  return resolveConfig({ command: 'monitor', flags, env: {}, hostname: 'h' }).config;
}

t.test('nothing changed', (t) => {
  t.same(changesBetween(config({}), config({})), { taken: [], needRestart: [] });
  t.end();
});

t.test('tells what a running recorder takes from what needs a restart', (t) => {
  const rereadable = {
    rotation: '2m',
    'retention-bytes': '2GiB',
    'retention-age': '1d',
    'on-limit': 'stop',
    'spool-sync': '1s',
    'walk-budget': '1ms',
    redact: ['x'],
    'log-level': 'warn',
  };
  const changes = changesBetween(config({}), config({ ...rereadable, interval: '2s', listen: ':0' }));
  t.same([...changes.taken].sort(), Object.keys(rereadable).sort());
  t.same(changes.needRestart, ['interval', 'listen']);
  t.end();
});

t.test('takes over only what can be reread', (t) => {
  const next = reread(config({}), config({ rotation: '2m', interval: '2s' }));
  t.equal(next.rotationMs, 120_000);
  t.equal(next.intervalMs, 1000);
  t.end();
});
