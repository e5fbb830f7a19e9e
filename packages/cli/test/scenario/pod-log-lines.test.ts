import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PodLogReader } from '../../src/scenario/pod-log-lines.ts';

t.test('logs of several containers are read once, in the order of time, whole lines only', (t) => {
  const root = t.testdir();
  const logOf = (pod: string, scenario: string, restart: number): string => {
    const directory = join(root, `var/log/pods/shop_${pod}_uid`, scenario);
    mkdirSync(directory, { recursive: true });
    return join(directory, `${restart}.log`);
  };
  const [a, b] = [logOf('a-1', 'chatty', 0), logOf('b-1', 'crash-loop', 0)];
  appendFileSync(a, '2026-01-01T00:00:02Z stdout F second\n2026-01-01T00:00:04Z stdout F fourth ü, cut he');
  appendFileSync(b, '2026-01-01T00:00:01Z stdout F first\n2026-01-01T00:00:03Z stderr F third\n');
  const reader = new PodLogReader(root, null);
  t.same(
    reader.read().map(({ scenario, pod, text }) => `${scenario} ${pod} ${text}`),
    ['crash-loop b-1 first', 'chatty a-1 second', 'crash-loop b-1 third'],
  );
  t.same(reader.read(), []);
  appendFileSync(a, 're\n');
  rmSync(b);
  t.same(
    reader.read().map(({ text }) => text),
    ['fourth ü, cut here'],
  );
  t.same(new PodLogReader(root, 'crash-loop').read(), []);
  t.end();
});
