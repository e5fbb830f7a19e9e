import * as fs from 'node:fs';
import * as path from 'node:path';
import t from 'tap';
import { indexKey, IndexFile, readIndex } from '../src/index-file.ts';
import { entityOf, hexId, Rig, START_TICK } from './fixture.ts';

const key = (number: number): string => hexId(number).slice(0, 12);
const iso = (tick: number): string => new Date((START_TICK + tick) * 1000).toISOString();

function record(directory: string, runId: string, from: number, to: number, entities: readonly number[]): Rig {
  const rig = new Rig(directory, { runId, rotationMs: 2000 }, 1, (START_TICK + from) * 1000);
  for (const entity of entities) rig.send({ type: 'entity', entity: { ...entityOf(entity), firstSeen: rig.now } });
  for (let tick = from; tick < to; tick++) {
    rig.now = (START_TICK + tick) * 1000;
    rig.publish(
      'containers',
      START_TICK + tick,
      entities.map((entity) => ({ entity })),
    );
    rig.settle();
  }
  return rig;
}

t.test('containers come and go, and gone ones stay as long as there is data of them', (t) => {
  const directory = t.testdir();
  const rig = record(directory, 'run-a', 0, 3, [1, 2]);
  rig.send({ type: 'gone', entity: 2, time: (START_TICK + 2) * 1000 });
  rig.now += 1000;
  rig.settle();
  const index = readIndex(directory)!;
  t.match(index.containers[key(1)], { first_seen: iso(0), last_seen: iso(3), labels: {}, full_id: hexId(1) });
  t.match(index.containers[key(2)], { first_seen: iso(0), last_seen: iso(2), container_name: 'app-2' });
  t.same(index.data_range, { earliest: iso(0), latest: iso(2), rotation_interval_sec: 2 });
  rig.stop();
  const next = record(directory, 'run-b', 10, 12, [1]);
  next.stop();
  t.match(readIndex(directory)!.containers, { [key(1)]: { first_seen: iso(0), last_seen: iso(11) }, [key(2)]: {} });
  // All files of the first run go, and with them the last that was known of container 2.
  const late = new Rig(directory, { runId: 'run-c', retentionAgeMs: 5000 }, 1, (START_TICK + 12) * 1000);
  late.settle();
  late.stop();
  t.same(Object.keys(readIndex(directory)!.containers), [key(1)]);
  t.match(readIndex(directory)!.data_range, { earliest: iso(10), latest: iso(12) });
  t.end();
});

t.test('the last row of what has ended may be late', (t) => {
  const directory = t.testdir();
  const rig = record(directory, 'run-a', 0, 1, [1, 2]);
  rig.send({ type: 'gone', entity: 2, time: (START_TICK + 1) * 1000 });
  rig.now = (START_TICK + 7) * 1000;
  rig.publish('containers', START_TICK + 7, [{ entity: 1 }, { entity: 2 }]);
  rig.settle();
  rig.now += 1000;
  rig.stop();
  t.match(readIndex(directory)!.containers, { [key(1)]: { last_seen: iso(8) }, [key(2)]: { last_seen: iso(7) } });
  t.end();
});

t.test('what is in a window that is being closed is not forgotten', (t) => {
  const directory = t.testdir();
  const rig = record(directory, 'run-a', 0, 1, [1, 2]);
  rig.send({ type: 'gone', entity: 2, time: rig.now + 100 });
  rig.now += 10_000;
  rig.publish('containers', START_TICK + 10, [{ entity: 1 }]);
  // The window ends, and the index is written before it is a file.
  rig.writer.step();
  t.same([rig.of('rotated').length, readIndex(directory)!.data_range.earliest], [0, iso(0)]);
  t.same(Object.keys(readIndex(directory)!.containers).sort(), [key(1), key(2)].sort());
  rig.stop();
  t.same(Object.keys(readIndex(directory)!.containers).sort(), [key(1), key(2)].sort());
  t.end();
});

t.test('it is written when something changed, once a second at most', (t) => {
  const directory = t.testdir();
  const rig = record(directory, 'run-a', 0, 1, [1]);
  const file = path.join(directory, 'index.json');
  rig.now += 5000;
  rig.settle();
  fs.writeFileSync(file, 'untouched');
  rig.now += 500;
  rig.settle();
  t.equal(fs.readFileSync(file, 'utf8'), 'untouched', 'nothing has changed');
  rig.send({ type: 'entity', entity: entityOf(2) });
  rig.settle();
  t.equal(fs.readFileSync(file, 'utf8'), 'untouched', 'too early');
  rig.now += 500;
  rig.settle();
  t.same(Object.keys(readIndex(directory)!.containers).sort(), [key(1), key(2)].sort());
  rig.stop();
  t.end();
});

for (const [what, spoil] of [
  ['missing', (file: string): void => fs.rmSync(file)],
  ['cut short', (file: string): void => fs.truncateSync(file, 100)],
  [
    'of another version',
    (file: string): void => fs.writeFileSync(file, '{"schema_version":2,"containers":{},"data_range":{}}'),
  ],
  [
    'without times',
    (file: string): void => fs.writeFileSync(file, '{"schema_version":1,"containers":{"a":{}},"data_range":{}}'),
  ],
  ['not even an object', (file: string): void => fs.writeFileSync(file, 'null')],
] as const) {
  t.test(`an index that is ${what} is made anew from the files`, (t) => {
    const directory = t.testdir();
    record(directory, 'run-a', 0, 5, [1, 2]).stop();
    record(directory, 'run-b', 10, 11, [2, 3]).stop();
    const { containers, data_range } = readIndex(directory)!;
    spoil(path.join(directory, 'index.json'));
    fs.writeFileSync(
      path.join(directory, 'dt=2026-11-21/identifier=node-a/containers-20261121T060000Z.parquet'),
      'broken',
    );
    const rig = new Rig(directory, { runId: 'run-c', rotationMs: 2000 }, 1, (START_TICK + 20) * 1000);
    rig.settle();
    const rebuilt = readIndex(directory)!;
    t.same(Object.keys(rebuilt.containers), Object.keys(containers));
    for (const [id, entry] of Object.entries(containers)) {
      const found = rebuilt.containers[id]!;
      t.same({ ...found, last_seen: entry.last_seen }, entry);
      t.ok(Math.abs(Date.parse(found.last_seen) - Date.parse(entry.last_seen)) <= 1000, 'to a tick');
    }
    t.match(rebuilt.data_range, data_range);
    t.match(
      rig.of('trouble'),
      [{ what: 'index', message: /containers-20261121T060000Z/ }],
      'the broken file is reported',
    );
    rig.stop();
    t.end();
  });
}

t.test('keys', (t) => {
  t.equal(indexKey(hexId(1)), hexId(1).slice(0, 12));
  t.equal(indexKey('/system.slice/ssh.service'), '/system.slice/ssh.service');
  t.equal(indexKey('/'), '/');
  t.end();
});

t.test('the same container seen as two entities for a moment is gone when both are', (t) => {
  const directory = t.testdir();
  const index = new IndexFile(directory, null);
  const { identity } = entityOf(1);
  index.arrived(identity, 1000);
  index.arrived(identity, 2000);
  index.gone(identity, 3000);
  index.write(9000, null, 1000);
  t.equal(readIndex(directory)!.containers[key(1)]!.last_seen, '1970-01-01T00:00:09.000Z');
  index.gone(identity, 10_000);
  index.write(20_000, null, 1000);
  t.equal(readIndex(directory)!.containers[key(1)]!.last_seen, '1970-01-01T00:00:10.000Z');
  t.equal(readIndex(directory)!.containers[key(1)]!.first_seen, '1970-01-01T00:00:01.000Z');
  t.end();
});
