import { openFixture } from '@fgm/fixture';
import { DirectoryFiles, FakeTree } from '@fgm/testkit';
import { openFiles } from '@fgm/kernfs/files';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PipelineSteps, type PipelineOptions } from '../../src/replay/index.ts';
import { INTERVAL_MS, instants, MACHINE, output, recordTree, SETTINGS, START, sums } from './recorded-tree.ts';

type Row = Readonly<Record<string, unknown>>;

async function rowsOf(directory: string, table: string): Promise<Row[]> {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.parquet') && name.split('/').at(-1)!.startsWith(`${table}-`))
    .toSorted();
  const rows: Row[] = [];
  for (const name of names) {
    const file = await asyncBufferFromFile(join(directory, name));
    rows.push(...(await parquetReadObjects({ file, compressors })));
  }
  return rows;
}

void t.test('a replay makes the bytes that the pipeline made while it was recorded', async (t) => {
  const directory = t.testdir({ again: {} });
  const times = instants(12, new Set([7, 8]));
  const totals = await recordTree(directory, times);
  const fixture = await openFixture(join(directory, 'fixture'));
  fixture.advance();
  const again = new PipelineSteps({
    files: fixture.files,
    machine: MACHINE,
    settings: SETTINGS,
    firstInstant: times[0]!,
    output: output(join(directory, 'again')),
  });
  do await again.step(fixture.instants[fixture.position]!);
  while (fixture.advance());
  t.same(again.finish('end of the recording'), totals);
  t.same(sums(join(directory, 'again')), sums(join(directory, 'live')));
  t.equal(fixture.missed.count, 0);

  const containers = await rowsOf(join(directory, 'live'), 'containers');
  const ticks = [...new Set(containers.map((row) => Number(row['tick'])))].toSorted((left, right) => left - right);
  t.same(
    ticks,
    times.map((usec) => Math.floor(usec / 1e6)),
    'a row for each instant, at its tick',
  );
  t.ok(
    containers.every((row) => (row['time'] as Date).getTime() % INTERVAL_MS === 250),
    'at its time',
  );
  const events = await rowsOf(join(directory, 'live'), 'events');
  const types = events.map((row) => row['type']);
  t.equal(types.filter((type) => type === 'container_start').length, 4);
  t.equal(types.filter((type) => type === 'container_stop').length, 1);
  t.equal(types.filter((type) => type === 'ticks_missed').length, 1, 'two ticks that were not recorded are one event');
  t.same([types[0], types.at(-1)], ['recorder_start', 'recorder_stop']);
  const processes = await rowsOf(join(directory, 'live'), 'processes');
  const walked = processes.filter((row) => row['memory_method'] === 'rollup');
  t.ok(walked.length > 0, 'pages were walked');
  for (const row of walked)
    t.equal(Number(row['walk_usec']), Math.round(20 + (Number(row['stat_rss_bytes']) / 4096) * 0.06));
});

function liveTree(directory: string): FakeTree {
  mkdirSync(join(directory, 'sys/fs'), { recursive: true });
  symlinkSync('../../cgroup', join(directory, 'sys/fs/cgroup'));
  return new FakeTree(directory, { containers: 2, processes: 2 });
}

void t.test('without output the same is read, and nothing written', async (t) => {
  const node = t.testdir();
  const tree = liveTree(node);
  const files = new DirectoryFiles(node);
  const options: PipelineOptions = {
    files,
    machine: MACHINE,
    settings: SETTINGS,
    firstInstant: START,
    output: null,
  };
  const before = openFiles();
  const pipeline = new PipelineSteps(options);
  // More than the ring has room for.
  for (const [tick, usec] of instants(120).entries()) {
    await pipeline.step(usec);
    if (tick % 40 === 0) tree.tick();
  }
  t.same(pipeline.finish('end'), { ticks: 120, rows: {}, samples: 0, files: 0, bytes: 0 });
  t.equal(openFiles(), before, 'every file was closed');
});

void t.test('instants come in order', async (t) => {
  const node = t.testdir();
  liveTree(node);
  const options = { files: new DirectoryFiles(node), machine: MACHINE, settings: SETTINGS, firstInstant: START };
  const pipeline = new PipelineSteps({ ...options, output: null });
  await pipeline.step(START);
  await t.rejects(pipeline.step(START - 1), { name: 'RangeError' });
  pipeline.abandon();
});
