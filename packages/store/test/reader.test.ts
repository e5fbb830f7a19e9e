import * as fs from 'node:fs';
import * as path from 'node:path';
import t from 'tap';
import { encodeSegmentTo, listClosedFiles, listOpenWindows, takeSnapshot } from '../src/index.ts';
import { entityOf, hexId, readRows, Rig, START_TICK, tree } from './fixture.ts';

function contents(directory: string): Record<string, string> {
  return Object.fromEntries(
    tree(directory).map((file) => [file, fs.readFileSync(path.join(directory, file), 'base64')]),
  );
}

t.test('the open window can be read while it grows, and is not touched by that', async (t) => {
  const directory = path.join(t.testdir({ out: {} }), 'data');
  const out = path.join(t.testdirName, 'out');
  const rig = new Rig(directory, { rotationMs: 4000 });
  rig.send({ type: 'entity', entity: entityOf(1) });
  for (let tick = 0; tick < 11; tick++) {
    rig.now = (START_TICK + tick) * 1000;
    rig.publish('containers', START_TICK + tick, [{ entity: 1, process_count: tick }]);
    rig.settle();
    const before = contents(directory);
    const into = path.join(out, String(tick));
    const { closed, open } = await takeSnapshot(directory, into);
    t.same(contents(directory), before);
    const rows = (await Promise.all([...closed, ...open].map((file) => readRows(file.path)))).flat();
    t.same(
      rows.map((row) => row['process_count']),
      Array.from({ length: tick + 1 }, (_, index) => index),
    );
    t.ok(rows.every((row) => row['container_id'] === hexId(1)));
  }
  t.equal(listClosedFiles(directory).length, 2);
  t.equal(listOpenWindows(directory).length, 1);
  rig.stop();
  t.same(listOpenWindows(directory), []);
  t.equal((await takeSnapshot(directory, out)).closed.length, 3);
});

t.test('a window of a recorder that was killed can be read', async (t) => {
  const directory = t.testdir();
  const rig = new Rig(directory, { runId: 'killed' });
  rig.publish('containers', START_TICK, [{ entity: 1 }]);
  rig.publish('processes', START_TICK, [{ entity: 1, pid: 5 }]);
  rig.settle();
  rig.abandon();
  const [window] = listOpenWindows(directory);
  t.match(window, { info: { runId: 'killed', identifier: 'node-a', intervalMs: 1000 } });
  const out = path.join(directory, 'out');
  fs.mkdirSync(out);
  const files = (await encodeSegmentTo(window!.directory, out))!;
  t.same(
    files.map((file) => path.basename(file.path)),
    ['containers-20261121T050000Z.parquet', 'processes-20261121T050000Z.parquet'],
  );
  t.same(
    files.map((file) => fs.statSync(file.path).size),
    files.map((file) => file.bytes),
  );
});

t.test('a window that was closed in between is null, and one closed during a snapshot is not read twice', async (t) => {
  const directory = t.testdir();
  const rig = new Rig(directory, { runId: 'run' });
  rig.publish('containers', START_TICK, [{ entity: 1 }]);
  rig.settle();
  const [window] = listOpenWindows(directory);
  const spool = path.join(directory, 'spool');
  const kept = path.join(directory, 'kept');
  fs.cpSync(spool, kept, { recursive: true });
  rig.stop();
  t.equal(await encodeSegmentTo(window!.directory, directory), null);
  // As it is after the files have their names and before the segment is deleted.
  fs.cpSync(kept, spool, { recursive: true });
  for (const file of listClosedFiles(directory)) fs.utimesSync(file.path, START_TICK + 1, START_TICK + 1);
  const { closed, open } = await takeSnapshot(directory, path.join(directory, 'out'));
  t.equal(closed.length, 1);
  t.same(open, []);
});

t.test('nothing there', async (t) => {
  const directory = t.testdir();
  t.same(listClosedFiles(directory), []);
  t.same(listOpenWindows(directory), []);
  t.same(await takeSnapshot(path.join(directory, 'missing'), directory), { closed: [], open: [] });
});

t.test('links that lead nowhere hold no files', (t) => {
  const directory = t.testdir();
  fs.symlinkSync('dt=2026-11-01', path.join(directory, 'dt=2026-11-01'));
  fs.symlinkSync('nowhere', path.join(directory, 'dt=2026-11-02'));
  t.same(listClosedFiles(directory), []);
  t.end();
});
