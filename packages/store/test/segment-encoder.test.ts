import { join } from 'node:path';
import t from 'tap';
import { entityOf, parquetFiles, readMetadata, readRows, Rig, START_TICK, tree } from './fixture.ts';

/** A row of bursts, so many milliseconds after the first tick. */
function burst(milliseconds: number): Record<string, number> {
  const time = START_TICK * 1e6 + milliseconds * 1000;
  return { entity: 1, time, tick: Math.floor(time / 1e6), memory_current_bytes: milliseconds + 1e6 };
}

t.test('rows of bursts from before a window do not change its name and bounds', async (t) => {
  const directory = t.testdir();
  const rig = new Rig(directory);
  rig.send({ type: 'entity', entity: entityOf(1) });
  for (let tick = START_TICK; tick < START_TICK + 3; tick++) rig.publish('containers', tick, [{ entity: 1 }]);
  // Five hours before: another day.
  rig.publish('bursts', START_TICK + 2, [burst(-20_000_000), burst(-300), burst(-200), burst(1100), burst(1200)]);
  rig.stop();
  const [file] = parquetFiles(directory, 'bursts');
  t.equal(file, join(directory, 'dt=2026-11-21/identifier=node-a/bursts-20261121T050000Z.parquet'));
  const metadata = await readMetadata(file!);
  t.equal(metadata['fgm.window_start'], '2026-11-21T05:00:00.000Z');
  t.equal(metadata['fgm.window_end'], '2026-11-21T05:00:03.000Z');
  const rows = await readRows(file!);
  t.same(
    rows.map((row) => Number(row['memory_current_bytes']) - 1e6),
    [-20_000_000, -300, -200, 1100, 1200],
  );
  t.equal(rows[0]!['pod'], 'pod-1', 'with the labels of their container');
});

t.test('a window of nothing but bursts has a file too', async (t) => {
  const directory = t.testdir();
  const rig = new Rig(directory);
  rig.send({ type: 'entity', entity: entityOf(1) });
  rig.publish('bursts', START_TICK, [burst(0), burst(100)]);
  rig.stop();
  t.ok(tree(directory).includes('dt=2026-11-21/identifier=node-a/bursts-20261121T050000Z.parquet'));
});
