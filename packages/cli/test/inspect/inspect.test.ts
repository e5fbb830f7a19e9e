import { join } from 'node:path';
import { fileColumns } from '@fgm/catalog';
import t from 'tap';
import type { DirectorySummary } from '../../src/inspect/directory-summary.ts';
import type { FileSummary } from '../../src/inspect/file-summary.ts';
import { fgm } from '../fgm-process.ts';
import { fileOf, recorded } from '../recorded.ts';
import { truncateSync } from 'node:fs';

let data: string;
t.before(async () => {
  data = await recorded(t);
});

t.test('a file', async (t) => {
  const path = fileOf(data, 'containers');
  const summary = JSON.parse((await fgm(t, ['inspect', '--json', path])).stdout) as FileSummary;
  t.match(summary, {
    path,
    rowGroups: 1,
    compression: ['ZSTD'],
    metadata: { 'fgm.table': 'containers', 'fgm.interval_ms': '100' },
  });
  t.notHas(summary.metadata, 'ARROW:schema');
  t.ok(summary.rows >= 15, `${summary.rows} rows of 3 containers`);
  t.equal(summary.bytesPerValue, summary.bytes / summary.values);
  const names = new Set(summary.columns.map(({ name }) => name));
  for (const { name } of fileColumns('containers')) t.ok(names.has(name), name);
  const column = (name: string): unknown => summary.columns.find((each) => each.name === name);
  // The row of the group above the containers has no memory here.
  t.match(column('memory_current_bytes'), {
    type: 'BIGINT',
    kind: 'gauge',
    unit: 'bytes',
    nulls: summary.rows / 4,
    min: /^\d+$/,
    max: /^\d+$/,
  });
  t.match(column('cluster'), { type: 'VARCHAR', kind: 'label', unit: null, nulls: summary.rows, min: null, max: null });
  t.match(column('time'), { min: summary.earliest, max: summary.latest });
  const total = summary.columns.reduce((sum, { bytes }) => sum + bytes, 0);
  t.ok(total > 0 && total < summary.bytes, 'columns make up most of the file');
});

t.test('a directory', async (t) => {
  const summary = JSON.parse((await fgm(t, ['inspect', '--json', data])).stdout) as DirectorySummary;
  t.match(summary, { identifiers: ['box'], openWindows: [], broken: [] });
  t.equal(summary.runs.length, 1);
  t.same(summary.tables.map(({ table }) => table).sort(), ['containers', 'devices', 'events', 'node', 'processes']);
  const containers = summary.containers.filter(({ scope }) => scope === 'container');
  t.equal(containers.length, 3);
  t.equal(summary.containers.length, 4, 'and the group above them');
  t.match(containers[0], { scope: 'container', containerId: /^[0-9a-f]{64}$/, first: /Z$/, last: /Z$/ });
});

t.test('for people', async (t) => {
  const file = await fgm(t, ['inspect', fileOf(data, 'processes')]);
  t.equal(file.code, 0);
  t.match(file.stdout, /^\d+ rows in 1 row group, from 20\S+Z to 20\S+Z$/m);
  t.match(file.stdout, /^COLUMN +TYPE +KIND +UNIT +NULL +MIN +MAX +BYTES$/m);
  t.match(file.stdout, /^stat_minflt +BIGINT +counter +count +0\.0%/m);
  const directory = await fgm(t, ['inspect', data]);
  t.match(directory.stdout, /^TABLE +FILES +ROWS +SIZE +BYTES\/ROW$/m);
  t.match(directory.stdout, /^container +– +– +– +000100010001 +20\S+Z +20\S+Z +\d+$/m);
});

t.test('what cannot be read', async (t) => {
  const directory = t.testdir({ empty: {}, 'x.parquet': 'PAR1 but no more of it PAR1' });
  for (const [path, message] of [
    ['none', /^fgm: .*none: cannot be opened \(ENOENT\); wanted a file, a data directory or a fixture\n$/],
    ['empty', /^fgm: .*empty: nothing is recorded here; wanted a data directory with dt=… or spool in it\n$/],
    ['x.parquet', /^fgm: .*x\.parquet: cannot be read as Parquet: .*\n$/],
  ] as const) {
    const { code, stderr, stdout } = await fgm(t, ['inspect', join(directory, path)]);
    t.equal(code, 1, path);
    t.match(stderr, message);
    t.equal(stdout, '');
  }
});

t.test('a directory with a broken file says so and goes on', async (t) => {
  truncateSync(fileOf(data, 'events'), 50);
  const { code, stdout } = await fgm(t, ['inspect', data]);
  t.equal(code, 0);
  t.match(stdout, /^cannot be read: .*events-.*\.parquet/m);
  t.match(stdout, /^processes +1/m);
});
