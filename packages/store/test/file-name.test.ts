import t from 'tap';
import { consolidatedName, fileName, parseFileName, partition, stampOf } from '../src/file-name.ts';

const START = Date.UTC(2026, 10, 21, 23, 59, 59);

t.test('names', async (t) => {
  t.equal(stampOf(START), '20261121T235959Z');
  t.equal(fileName('containers', START), 'containers-20261121T235959Z.parquet');
  t.equal(partition('/data', START, 'node-a'), '/data/dt=2026-11-21/identifier=node-a');
  t.same(parseFileName(fileName('processes', START)), { table: 'processes', start: START, end: null });
  const name = consolidatedName('logs', START, START + 1000);
  t.equal(name, 'logs-consolidated-20261121T235959Z-20261122T000000Z.parquet');
  t.same(parseFileName(name), { table: 'logs', start: START, end: START + 1000 });
});

for (const name of [
  'containers.parquet',
  'containers-20261121T235959Z.parquet-part',
  'containers-20261121T235959Z.parquet.tmp',
  '.containers-20261121T235959Z.parquet',
  'other-20261121T235959Z.parquet',
  'containers-20261321T235959Z.parquet',
  'containers-20260230T000000Z.parquet',
  'containers-20261121T240000Z.parquet',
  'containers-consolidated-20261121T230000Z.parquet',
  'containers-20261121T230000Z-20261122T000000Z.parquet',
  'containers-consolidated-20261121T230000Z-20261322T000000Z.parquet',
  'my-containers-20261121T235959Z.parquet',
]) {
  t.test(`${name} is not one of ours`, async (t) => t.equal(parseFileName(name), null));
}
