/** The limit holds while another process consolidates. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { CONSOLIDATION, readReservation, removeWork, reservationStamp, writeReservation } from '../src/reservation.ts';
import { Retention } from '../src/retention.ts';
import { run, writeHour } from './consolidation/window-file.ts';
import { du, entityOf, parquetFiles, Rig, START_TICK } from './fixture.ts';

const options = { retentionBytes: 1 << 30, retentionAgeMs: 7 * 86_400_000, onLimit: 'evict' } as const;

t.test('a reservation is a number that is seen to change', async (t) => {
  const directory = t.testdir({ [CONSOLIDATION]: {} });
  t.equal(reservationStamp(directory), null);
  t.equal(readReservation(directory), 0);
  writeReservation(directory, 1234);
  const stamp = reservationStamp(directory);
  t.equal(readReservation(directory), 1234);
  writeReservation(directory, 5678);
  t.not(reservationStamp(directory), stamp);
  for (const text of ['', 'x', '-5', '1e99']) {
    fs.writeFileSync(path.join(directory, CONSOLIDATION, 'reserved'), text);
    t.equal(readReservation(directory), 0, JSON.stringify(text));
  }
  removeWork(directory);
  t.notOk(fs.existsSync(path.join(directory, CONSOLIDATION)));
});

t.test('retention makes room for what is reserved, and looks again when that changes', async (t) => {
  const directory = t.testdir();
  const files = writeHour(directory, 10);
  const bytes = du(directory);
  const retention = new Retention(directory, { ...options, retentionBytes: bytes + 100 });
  t.ok(retention.makeRoom(100));
  t.equal(retention.files.length, 10);
  fs.mkdirSync(path.join(directory, CONSOLIDATION));
  writeReservation(directory, Math.floor(bytes / 5));
  t.ok(retention.makeRoom(100));
  t.equal(retention.bytes, retention.files.reduce((sum, file) => sum + file.bytes, 0) + Math.floor(bytes / 5));
  const left = files.map((file) => fs.existsSync(file));
  t.equal(left.lastIndexOf(false), left.indexOf(true) - 1, 'the oldest are gone');
  t.ok(left.includes(false) && left[6]);
  // Consolidation deletes files, too.
  fs.rmSync(files[6]!);
  removeWork(directory);
  t.ok(retention.makeRoom(100));
  t.equal(retention.files.length, left.filter(Boolean).length - 1);
  t.equal(retention.bytes, du(directory));
});

t.test('a consolidated file is as old as its last window', async (t) => {
  const directory = t.testdir();
  writeHour(directory, 10);
  await run(directory);
  const [file] = parquetFiles(directory);
  const end = START_TICK * 1000 + 900_000;
  const retention = new Retention(directory, { ...options, retentionAgeMs: 1000 });
  retention.dropOld(end + 999);
  t.ok(fs.existsSync(file!));
  retention.dropOld(end + 1001);
  t.notOk(fs.existsSync(file!));
});

t.test('by bytes, too, what ended first goes first', async (t) => {
  const directory = t.testdir();
  const place = path.join(directory, 'dt=2026-11-21/identifier=node-a');
  fs.mkdirSync(place, { recursive: true });
  const names = [
    'containers-consolidated-20261121T050000Z-20261121T060000Z.parquet',
    'containers-20261121T051000Z.parquet',
    'containers-20261121T052000Z.parquet',
    'containers-20261121T070000Z.parquet',
  ];
  for (const name of names) fs.writeFileSync(path.join(place, name), 'x'.repeat(100));
  const retention = new Retention(directory, { ...options, retentionBytes: 400 });
  const gone: string[] = [];
  for (let left = 400; left > 0; left -= 100) {
    retention.options = { ...options, retentionBytes: left - 1 };
    const before = fs.readdirSync(place);
    t.ok(retention.makeRoom(0));
    gone.push(...before.filter((name) => !fs.existsSync(path.join(place, name))));
  }
  t.same(gone, [names[1], names[2], names[0], names[3]]);
});

t.test('a recorder at its limit, and consolidation beside it', async (t) => {
  const directory = t.testdir();
  const entities = Array.from({ length: 20 }, (_, index) => index + 1);
  const rigOf = (retentionBytes: number, runId: string, tick: number): Rig => {
    const rig = new Rig(directory, { retentionBytes, runId, rotationMs: 30_000 }, 1, tick * 1000);
    for (const entity of entities) rig.send({ type: 'entity', entity: entityOf(entity) });
    return rig;
  };
  const record = (rig: Rig, tick: number): void => {
    rig.now = tick * 1000;
    const rows = entities.map((entity) => ({
      entity,
      process_count: tick % (entity + 3),
      memory_current_bytes: tick * 4096,
    }));
    rig.publish('containers', tick, rows);
    rig.endTick(tick);
    rig.settle();
  };
  const first = rigOf(1 << 30, 'run-a', START_TICK);
  for (let tick = START_TICK; tick < START_TICK + 3600; tick++) record(first, tick);
  first.stop();
  const limit = du(directory) + (5 << 20);
  const later = START_TICK + 7200;
  const rig = rigOf(limit, 'run-b', later);
  let highest = 0;
  let tick = later;
  const look = (): void => void (highest = Math.max(highest, du(directory)));
  const step = (): void => {
    look();
    record(rig, tick++);
    look();
  };
  // Up to the limit, so that room has to be made for all that comes.
  while (rig.counters.get('retention_files_evicted') === 0) step();
  let done = false;
  const consolidated = run(directory, {
    now: () => tick * 1000,
    limit: { bytes: limit, onLimit: 'evict', patienceMs: 20_000 },
    step: () => look(),
  }).finally(() => (done = true));
  const isDone = (): boolean => done;
  while (!isDone()) {
    // Much faster than a recorder, and still slow enough that an hour is not deleted while it is read.
    step();
    await delay(20);
  }
  const { totals, reports } = await consolidated;
  t.match(totals, { failed: 0 }, JSON.stringify(reports));
  t.ok(totals.sources > 20, `${totals.sources} files became ${totals.files}`);
  for (let more = 0; more < 60; more++) step();
  t.ok(highest <= limit, `${highest} bytes at most, the limit is ${limit}`);
  t.equal(rig.counters.get('batches_dropped'), 0);
  rig.stop();
});
