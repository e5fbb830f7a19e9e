import { READ_ERROR_FILES, ReadErrors } from '@fgm/kernfs';
import { Registry } from 'prom-client';
import t from 'tap';
import { registerReadErrors } from '../src/read-error-metric.ts';

const EACCES = -13;
const ENOENT = -2;

async function seriesOf(registry: Registry): Promise<Map<string, number>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('fgm_read_errors_total'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

t.test('errors of all threads are added up', async (t) => {
  const [one, other] = [new ReadErrors(), new ReadErrors()];
  const registry = new Registry();
  registerReadErrors(registry, [one, other]);
  t.equal((await seriesOf(registry)).size, 0, 'none is shown before it was met');
  for (const errors of [one, other, other]) errors.count('io', EACCES);
  t.same([...(await seriesOf(registry))], [['fgm_read_errors_total{file="io",errno="EACCES"}', 3]]);
});

t.test('however much goes wrong, there are few series, and no count falls', async (t) => {
  const errors = new ReadErrors();
  const registry = new Registry();
  registerReadErrors(registry, [errors]);
  let counted = 0;
  const fallen: string[] = [];
  let before = await seriesOf(registry);
  // The other way round than the table: later scrapes find pairs that stand before those that are known.
  for (const file of READ_ERROR_FILES.toReversed()) {
    for (const errno of [EACCES, ENOENT]) {
      errors.count(file, errno);
      counted++;
    }
    const now = await seriesOf(registry);
    for (const [series, value] of before) if ((now.get(series) ?? 0) < value) fallen.push(series);
    before = now;
  }
  t.same(fallen, []);
  t.equal(before.size, 65);
  t.equal(
    [...before.values()].reduce((sum, value) => sum + value, 0),
    counted,
    'nothing is left out',
  );
  t.ok(before.get('fgm_read_errors_total{file="other",errno="other"}')! > 0);
});
