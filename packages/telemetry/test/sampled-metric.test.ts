import { Registry } from 'prom-client';
import t from 'tap';
import { registerSampled, registerSampledHistogram } from '../src/sampled-metric.ts';

t.test('values are asked for at each scrape', async (t) => {
  const registry = new Registry();
  let value = 1;
  registerSampled(registry, { name: 'x_total', help: 'Help "quoted".', type: 'counter' }, () => [
    { labels: { kind: 'a' }, value },
    { value: 7 },
  ]);
  t.equal(
    await registry.metrics(),
    '# HELP x_total Help "quoted".\n# TYPE x_total counter\nx_total{kind="a"} 1\nx_total 7\n',
  );
  value = 2;
  t.match(await registry.metrics(), 'x_total{kind="a"} 2');
});

t.test('a histogram is cumulative and ends with +Inf, sum and count', async (t) => {
  const registry = new Registry();
  const buckets = [3, 0, 2];
  registerSampledHistogram(
    registry,
    { name: 'y_seconds', help: 'Help.' },
    [0.1, 1],
    (index) => buckets[index]!,
    () => 4.5,
  );
  t.equal(
    await registry.metrics(),
    [
      '# HELP y_seconds Help.',
      '# TYPE y_seconds histogram',
      'y_seconds_bucket{le="0.1"} 3',
      'y_seconds_bucket{le="1"} 3',
      'y_seconds_bucket{le="+Inf"} 5',
      'y_seconds_sum 4.5',
      'y_seconds_count 5',
      '',
    ].join('\n'),
  );
});
