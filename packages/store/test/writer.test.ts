import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileColumns } from '@fgm/catalog';
import t from 'tap';
import { readIndex } from '../src/index-file.ts';
import {
  du,
  entityOf,
  hexId,
  parquetFiles,
  processOf,
  readMetadata,
  readRows,
  Rig,
  START_TICK,
  tree,
} from './fixture.ts';

t.test('rows, texts and events become files at shutdown', async (t) => {
  const directory = t.testdir();
  const rig = new Rig(directory);
  rig.send({ type: 'entity', entity: entityOf(1) }, { type: 'entity', entity: entityOf(2) });
  rig.send({ type: 'processes', list: [processOf(7), processOf(8)] });
  rig.send({
    type: 'event',
    event: {
      type: 'container_start',
      severity: 'info',
      time: START_TICK * 1e6 + 5,
      entity: 2,
      pid: null,
      detail: { exit: 0 },
    },
  });
  for (let tick = START_TICK; tick < START_TICK + 3; tick++) {
    rig.publish('containers', tick, [
      { entity: 2, memory_current_bytes: 4096, cpu_usage_millicores: 0.5 },
      { entity: 1, memory_current_bytes: tick % 2 === 0 ? null : 2 ** 53 },
    ]);
    rig.publish('processes', tick, [{ entity: 1, process: 7, pid: 10, start_time: 5, state: 1, stat_utime_usec: -3 }]);
    rig.publish('processes', tick, [{ entity: 2, process: 8, pid: 9, start_time: 6 }]);
    rig.settle();
  }
  rig.stop();
  t.equal(rig.of('stopped').length, 1);
  const stamp = '20261121T050000Z';
  const partition = 'dt=2026-11-21/identifier=node-a';
  t.same(tree(directory), [
    `${partition}/containers-${stamp}.parquet`,
    `${partition}/events-${stamp}.parquet`,
    `${partition}/processes-${stamp}.parquet`,
    'index.json',
    `session-${rig.options.runId}.json`,
  ]);
  const containers = await readRows(parquetFiles(directory, 'containers')[0]!);
  t.same(
    Object.keys(containers[0]!),
    fileColumns('containers').map(({ name }) => name),
  );
  t.equal(containers.length, 6);
  const order = [1, 2].toSorted((a, b) => (hexId(a) < hexId(b) ? -1 : 1));
  t.same(
    containers.map((row) => row['container_id']),
    [...Array(3).fill(hexId(order[0]!)), ...Array(3).fill(hexId(order[1]!))],
  );
  const first = containers.filter((row) => row['container_id'] === hexId(1));
  t.same(
    first.map((row) => row['tick']),
    [START_TICK, START_TICK + 1, START_TICK + 2],
  );
  t.same(
    first.map((row) => row['memory_current_bytes']),
    [null, 2 ** 53, null],
  );
  t.equal(first[0]!['pod'], 'pod-1');
  t.equal(first[0]!['cluster'], null);
  t.equal(first[0]!['cpu_usage_millicores'], null);
  t.equal(containers.find((row) => row['container_id'] === hexId(2))!['cpu_usage_millicores'], 0.5);
  const processes = await readRows(parquetFiles(directory, 'processes')[0]!);
  const one = processes.find((row) => row['pid'] === 10)!;
  t.match(one, {
    comm: 'comm-7',
    exe: '/bin/p7',
    cmdline: '/bin/p7 --täg',
    state: 'S',
    stat_utime_usec: -3,
    container_id: hexId(1),
  });
  t.equal(processes.find((row) => row['pid'] === 9)!['state'], null);
  const [event] = await readRows(parquetFiles(directory, 'events')[0]!);
  t.match(event, {
    type: 'container_start',
    severity: 'info',
    pod: 'pod-2',
    time: START_TICK * 1e6 + 5,
    detail: '{"exit":0}',
    pid: null,
  });
  const metadata = await readMetadata(parquetFiles(directory, 'containers')[0]!);
  t.match(metadata, {
    'fgm.schema_version': '1',
    'fgm.table': 'containers',
    'fgm.interval_ms': '1000',
    'fgm.run_id': rig.options.runId,
    'fgm.segment': `${rig.options.runId}-1`,
    'fgm.node': 'node-a',
    'fgm.window_start': '2026-11-21T05:00:00.000Z',
    'fgm.window_end': '2026-11-21T05:00:03.000Z',
  });
  t.equal(rig.counters.get('rows_containers'), 6);
  t.equal(rig.counters.get('store_bytes') <= du(directory) + 1, true);
  t.match(readIndex(directory), {
    schema_version: 1,
    containers: { [hexId(1).slice(0, 12)]: { full_id: hexId(1), pod_name: 'pod-1', qos_class: 'Burstable' } },
    data_range: { earliest: '2026-11-21T05:00:00.000Z', latest: '2026-11-21T05:00:03.000Z', rotation_interval_sec: 10 },
  });
});

t.test('a run without rows and events leaves no files', async (t) => {
  const directory = t.testdir();
  const rig = new Rig(directory);
  rig.settle();
  rig.stop();
  t.same(tree(directory), ['index.json', `session-${rig.options.runId}.json`]);
});

t.test('windows end after their length, and all lanes are waited for', async (t) => {
  const directory = t.testdir();
  const rig = new Rig(directory, { rotationMs: 3000 }, 2);
  rig.send({ type: 'entity', entity: entityOf(1) }, { type: 'entity', entity: entityOf(2) });
  for (let tick = START_TICK; tick < START_TICK + 4; tick++) {
    rig.now = tick * 1000;
    rig.publish('containers', tick, [{ entity: 1 }], 0);
    rig.endTick(tick, 0);
    if (tick < START_TICK + 2) rig.publish('containers', tick, [{ entity: 2 }], 1);
    rig.settle();
  }
  t.equal(rig.of('rotated').length, 0, 'lane 1 has not come to the end of the window');
  t.equal(rig.rings[0]!.occupancy(), 2, 'its rows wait in the ring');
  rig.publish('containers', START_TICK + 2, [{ entity: 2 }], 1);
  rig.endTick(START_TICK + 2, 1);
  rig.settle();
  t.equal(rig.of('rotated').length, 1);
  t.match(rig.of('rotated')[0], { reason: 'time', start: START_TICK * 1000, end: (START_TICK + 3) * 1000 });
  t.equal((await readRows(parquetFiles(directory)[0]!)).length, 6);
  // Lane 1 stays behind for good: after an interval the window ends without it.
  for (let tick = START_TICK + 4; tick < START_TICK + 7; tick++) rig.publish('containers', tick, [{ entity: 1 }], 0);
  rig.settle();
  t.equal(rig.of('rotated').length, 1);
  rig.now += 1000;
  rig.settle();
  t.equal(rig.of('rotated').length, 2);
  rig.stop();
  const all = await Promise.all(parquetFiles(directory, 'containers').map(readRows));
  t.same(
    all.map((rows) => rows.length),
    [6, 3, 1],
  );
  t.equal(rig.counters.get('rotations_time'), 2);
});

t.test('a window never crosses midnight UTC, even for a late lane', async (t) => {
  const directory = t.testdir();
  const midnight = Date.UTC(2026, 10, 22) / 1000;
  const rig = new Rig(directory, { rotationMs: 90_000 }, 2, (midnight - 2) * 1000);
  rig.send({ type: 'entity', entity: entityOf(1) });
  for (let tick = midnight - 2; tick < midnight + 2; tick++) {
    rig.now = tick * 1000;
    rig.publish('containers', tick, [{ entity: 1 }], 0);
    rig.settle();
  }
  rig.now += 2000;
  rig.settle();
  rig.publish('containers', midnight - 1, [{ entity: 1 }], 1);
  rig.publish('containers', midnight + 1, [{ entity: 1 }], 1);
  rig.settle();
  rig.stop();
  const files = parquetFiles(directory, 'containers');
  for (const file of files) {
    const day = /dt=([\d-]+)/.exec(file)![1];
    for (const row of await readRows(file)) {
      t.equal(new Date((row['tick'] as number) * 1000).toISOString().slice(0, 10), day);
    }
  }
  t.equal(files.length, 4, 'before, after, the late row, after');
  t.equal(rig.counters.get('rotations_midnight'), 2);
});

t.test('a restart inside one second does not collide', async (t) => {
  const directory = t.testdir();
  for (let run = 0; run < 3; run++) {
    const rig = new Rig(directory, { runId: `run-${run}` });
    rig.send({ type: 'entity', entity: entityOf(1) });
    rig.publish('containers', START_TICK, [{ entity: 1, process_count: run }]);
    rig.settle();
    rig.stop();
  }
  const files = parquetFiles(directory, 'containers');
  t.same(
    files.map((file) => path.basename(file)),
    [0, 1, 2].map((n) => `containers-20261121T05000${n}Z.parquet`),
  );
  const rows = (await Promise.all(files.map(readRows))).flat();
  t.same(
    rows.map((row) => row['process_count']),
    [0, 1, 2],
  );
});

t.test('live values of a tick come together from all lanes', (t) => {
  const rig = new Rig(t.testdir(), {}, 2);
  rig.send({ type: 'live', columns: ['time', 'cpu_usage_millicores', 'no_such_column'] });
  rig.publish('containers', START_TICK, [{ entity: 1, cpu_usage_millicores: 1.5 }], 0);
  rig.endTick(START_TICK, 0);
  rig.settle();
  t.equal(rig.of('live').length, 0);
  rig.publish('containers', START_TICK, [{ entity: 2 }], 1);
  rig.endTick(START_TICK, 1);
  rig.settle();
  const time = START_TICK * 1e6;
  t.same(rig.of('live'), [
    {
      type: 'live',
      tick: START_TICK,
      entities: [1, 2],
      values: [
        [time, time],
        [1.5, null],
        [null, null],
      ],
      processes: [],
    },
  ]);
  rig.stop();
  t.end();
});

t.test('ports of samplers come in messages', async (t) => {
  const directory = t.testdir();
  const rig = new Rig(directory);
  const { port1, port2 } = new MessageChannel();
  rig.port.postMessage({ type: 'port', port: port2 }, [port2]);
  port1.postMessage({ type: 'names', list: [{ number: 4, name: '[heap]' }] });
  port1.postMessage({ type: 'entity', entity: entityOf(3) });
  rig.publish('mappings', START_TICK, [{ entity: 3, mapping: 4, pid: 1, start_time: 1 }]);
  rig.settle();
  rig.stop();
  port1.close();
  t.match((await readRows(parquetFiles(directory, 'mappings')[0]!))[0], { mapping: '[heap]', pod: 'pod-3', pid: 1 });
});

t.test('a clock that is set back starts a new window', async (t) => {
  const directory = t.testdir();
  const rig = new Rig(directory, { rotationMs: 5000 });
  rig.send({ type: 'entity', entity: entityOf(1) });
  for (const tick of [START_TICK, START_TICK + 1, START_TICK - 3600, START_TICK - 3599])
    rig.publish('containers', tick, [{ entity: 1 }]);
  rig.settle();
  rig.stop();
  t.same(
    (await Promise.all(parquetFiles(directory, 'containers').map(readRows))).map((rows) =>
      rows.map((row) => row['tick']),
    ),
    [
      [START_TICK - 3600, START_TICK - 3599],
      [START_TICK, START_TICK + 1],
    ],
  );
  t.equal(rig.counters.get('rotations_clock'), 1);
});

t.test('windows whose time is over are closed when no rows come', (t) => {
  const directory = t.testdir();
  const rig = new Rig(directory, { rotationMs: 3000 });
  rig.publish('containers', START_TICK, [{ entity: 1 }]);
  rig.settle();
  rig.now += 5900;
  rig.settle();
  t.equal(rig.of('rotated').length, 0);
  rig.now += 200;
  rig.settle();
  t.equal(rig.of('rotated').length, 1);
  rig.stop();
  t.end();
});

t.test('a segment that grows too large is closed before its time', (t) => {
  const directory = t.testdir();
  const rig = new Rig(directory, { maxSegmentBytes: 100_000, rotationMs: 3600_000 });
  for (let tick = START_TICK; tick < START_TICK + 40; tick++) {
    rig.publish(
      'containers',
      tick,
      Array.from({ length: 10 }, (_, entity) => ({ entity })),
    );
    rig.settle();
  }
  rig.stop();
  t.ok(rig.counters.get('rotations_size') >= 4);
  t.equal(fs.existsSync(path.join(directory, 'spool')), true);
  t.end();
});

t.test('rows of long ago, as in a replay, make windows of the right length', async (t) => {
  const directory = t.testdir();
  const rig = new Rig(directory, { rotationMs: 5000 }, 1, (START_TICK + 86_400) * 1000);
  rig.send({ type: 'entity', entity: entityOf(1) });
  for (let tick = 0; tick < 12; tick++) {
    rig.publish('containers', START_TICK + tick, [{ entity: 1 }]);
    rig.settle();
    rig.now += 20;
  }
  rig.stop();
  const files = await Promise.all(parquetFiles(directory, 'containers').map(readRows));
  t.same(
    files.map((rows) => rows.length),
    [5, 5, 2],
  );
});
