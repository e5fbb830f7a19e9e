import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Column, Columns, makeLayout, SCHEMA_VERSION } from '@fgm/catalog';
import { RecordBatchReader } from 'apache-arrow';
import t from 'tap';
import { BlockEncoder } from '../src/block-encoder.ts';
import { readFooter } from '../src/footer.ts';
import { OpenSegment } from '../src/open-segment.ts';
import type { SegmentInfo } from '../src/segment.ts';
import { encodeSegment } from '../src/segment-encoder.ts';
import { StoredTable } from '../src/stored-table.ts';
import { encodeLine } from '../src/texts.ts';
import { numberAt, structsAt } from '../src/thrift.ts';
import { entityOf, readRows, START_TICK } from './fixture.ts';

function column(name: string, type: Column['type']): Column {
  return { name, type, kind: type === 'int64' ? 'gauge' : 'label', unit: null, help: name, source: 'test' };
}

const COLUMNS = [
  column('time', 'timestamp'),
  column('tick', 'int64'),
  column('entity', 'ref'),
  column('a_bytes', 'int64'),
];
const LAYOUT = makeLayout('containers', [...COLUMNS, { ...column('b', 'double'), kind: 'gauge' }], 64);
const INFO: SegmentInfo = {
  schemaVersion: SCHEMA_VERSION,
  runId: 'run',
  number: 1,
  identifier: 'node',
  node: 'node',
  cluster: 'c',
  intervalMs: 1000,
  compressionLevel: 1,
  recorderVersion: '0.0.0',
  kernelRelease: '6',
  openedAt: START_TICK * 1000,
  columns: { containers: LAYOUT.columns },
};

/** A segment of `batches` ticks with `rows(tick)` rows each; a_bytes counts up over all rows, every third is null. */
function segment(spool: string, batches: number, rows: (tick: number) => number): OpenSegment {
  const open = new OpenSegment(spool, INFO, encodeLine({ entity: { ...entityOf(1), lastSeen: null } }));
  const encoder = new BlockEncoder(LAYOUT);
  const block = new Columns(LAYOUT);
  let count = 0;
  for (let tick = 0; tick < batches; tick++) {
    block.clear();
    for (let row = 0; row < rows(tick); row++, count++) {
      block.setInt(0, row, (START_TICK + tick) * 1e6 + row);
      block.setInt(1, row, START_TICK + tick);
      block.setInt(2, row, 1);
      if (count % 3 !== 0) block.setInt(3, row, count - 5);
      block.setDouble(4, row, count / 3);
    }
    open.append(LAYOUT, encoder.encode(block.bytes, rows(tick)), rows(tick), START_TICK + tick);
  }
  open.close();
  return open;
}

/** Encodes a segment to its end. */
function encode(
  directory: string,
  into: string,
): ReturnType<typeof encodeSegment> extends Generator<void, infer R> ? R : never {
  const steps = encodeSegment(directory, { into });
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

t.test('apache-arrow reads the stream, types and metadata included', async (t) => {
  const { directory } = segment(t.testdir(), 3, (tick) => 60 + tick);
  const reader = RecordBatchReader.from(fs.readFileSync(path.join(directory, 'containers.arrows')));
  const batches = [...reader];
  t.same(
    batches.map((batch) => batch.numRows),
    [60, 61, 62],
  );
  const fields = batches[0]!.schema.fields;
  t.same(
    fields.map(({ name, type }) => `${name} ${String(type)}`),
    ['time Timestamp<MICROSECOND, UTC>', 'tick Int64', 'entity Int64', 'a_bytes Int64', 'b Float64'],
  );
  t.equal(fields[2]!.metadata.get('type'), 'ref');
  t.equal(fields[3]!.metadata.get('help'), 'a_bytes');
  let count = 0;
  for (const batch of batches) {
    t.equal(batch.getChild('a_bytes')!.nullCount, Math.ceil((count + batch.numRows) / 3) - Math.ceil(count / 3));
    for (let row = 0; row < batch.numRows; row++, count++) {
      if (batch.getChild('a_bytes')!.get(row) !== (count % 3 === 0 ? null : BigInt(count - 5))) t.fail(`row ${count}`);
      if (batch.getChild('b')!.get(row) !== count / 3) t.fail(`double ${count}`);
    }
  }
  t.equal(count, 183);
});

t.test('a stream cut at any byte keeps the batches that are whole', async (t) => {
  const { directory } = segment(t.testdir(), 3, () => 3);
  const file = path.join(directory, 'containers.arrows');
  const whole = fs.readFileSync(file);
  const complete = StoredTable.open(directory, 'containers', LAYOUT.columns)!;
  const bodyBytes = 5 * 8 + 5 * 3 * 8;
  const ends = complete.batches.map(({ body }) => body + bodyBytes);
  complete.close();
  t.equal(ends.at(-1), whole.length, 'nothing is behind the last batch');
  const wrong: string[] = [];
  for (let length = whole.length; length >= 0; length--) {
    fs.truncateSync(file, length);
    const stored = StoredTable.open(directory, 'containers', LAYOUT.columns);
    const wanted = ends.filter((end) => end <= length).length;
    if ((stored?.batches.length ?? 0) !== wanted) wrong.push(`${length}: ${stored?.batches.length} of ${wanted}`);
    stored?.close();
  }
  t.same(wrong, []);
});

t.test('a segment cut anywhere becomes files of what is whole', async (t) => {
  const into = t.testdir();
  const { directory } = segment(path.join(into, 'spool'), 4, () => 2);
  const file = path.join(directory, 'containers.arrows');
  const texts = path.join(directory, 'texts.jsonl');
  const bytes = fs.statSync(file).size;
  for (let length = bytes; length >= 0; length -= 97) {
    fs.truncateSync(file, length);
    // Inside the first line, which is the entity.
    if (length < bytes / 2) fs.truncateSync(texts, Math.min(fs.statSync(texts).size, 20));
    const encoded = encode(directory, into);
    const rows = encoded.tables.length === 0 ? [] : await readRows(encoded.tables[0]!.path);
    t.equal(rows.length, encoded.tables[0]?.rows ?? 0);
    t.same(
      rows.map((row) => row['a_bytes']),
      [null, -4, -3, null, -1, 0, null, 2].slice(0, rows.length),
    );
    const pod = length < bytes / 2 ? null : 'pod-1';
    t.ok(
      rows.every((row) => row['pod'] === pod),
      'a text that was cut off is null',
    );
  }
});

t.test('rows without a time, of pages that never reached the disk, are left out', async (t) => {
  const into = t.testdir();
  const { directory } = segment(path.join(into, 'spool'), 3, () => 4);
  const stored = StoredTable.open(directory, 'containers', LAYOUT.columns)!;
  const fd = fs.openSync(path.join(directory, 'containers.arrows'), 'r+');
  fs.writeSync(fd, new Uint8Array(5 * 8 + 5 * 4 * 8), 0, undefined, stored.batches[1]!.body);
  fs.closeSync(fd);
  stored.close();
  const [table] = encode(directory, into).tables;
  t.equal(table!.rows, 8);
  t.same(
    (await readRows(table!.path)).map((row) => row['tick']),
    [0, 0, 0, 0, 2, 2, 2, 2].map((n) => START_TICK + n),
  );
});

t.test('garbage is not taken for batches', (t) => {
  const { directory } = segment(t.testdir(), 2, () => 2);
  const file = path.join(directory, 'containers.arrows');
  const good = fs.readFileSync(file);
  for (const tail of [
    Buffer.alloc(64, 0xff),
    Buffer.from([255, 255, 255, 255, 255, 255, 255, 127]),
    good.subarray(0, 200),
  ]) {
    fs.writeFileSync(file, Buffer.concat([good, tail]));
    const stored = StoredTable.open(directory, 'containers', LAYOUT.columns)!;
    t.equal(stored.batches.length, 2);
    stored.close();
  }
  t.end();
});

t.test('a clock set back within a window does not disturb the order', async (t) => {
  const into = t.testdir();
  const open = new OpenSegment(path.join(into, 'spool'), INFO, '');
  const encoder = new BlockEncoder(LAYOUT);
  const times = [5, 6, 7, 6.5, 7.5, 8];
  for (const [index, time] of times.entries()) {
    const block = new Columns(LAYOUT);
    for (const row of [0, 1]) {
      block.setInt(0, row, START_TICK * 1e6 + time * 1e6);
      block.setInt(1, row, START_TICK + Math.floor(time));
      block.setInt(2, row, row + 1);
      block.setInt(3, row, index * 10 + row);
    }
    open.append(LAYOUT, encoder.encode(block.bytes, 2), 2, START_TICK + Math.floor(time));
  }
  open.close();
  const encoded = encode(open.directory, into);
  const rows = await readRows(encoded.tables[0]!.path);
  t.same(
    rows.map((row) => row['a_bytes']),
    [0, 10, 30, 20, 40, 50, 1, 11, 31, 21, 41, 51],
  );
  t.same(encoded.window, { start: (START_TICK + 5) * 1000, end: (START_TICK + 9) * 1000, firstTick: START_TICK + 5 });
});

t.test('a large window has several row groups, and each column of it is in order', async (t) => {
  const into = t.testdir();
  const layout = makeLayout('containers', LAYOUT.columns, 4096);
  const open = new OpenSegment(path.join(into, 'spool'), INFO, '');
  const encoder = new BlockEncoder(layout);
  const block = new Columns(layout);
  let values = 0;
  for (let tick = 0; tick < 33; tick++) {
    block.clear();
    for (let row = 0; row < 4096; row++) {
      block.setInt(0, row, (START_TICK + tick) * 1e6);
      block.setInt(1, row, START_TICK + tick);
      block.setInt(2, row, row + 1);
      if ((row + tick) % 5 === 0) continue;
      block.setInt(3, row, row * 33 + tick);
      values++;
    }
    open.append(layout, encoder.encode(block.bytes, 4096), 4096, START_TICK + tick);
  }
  open.close();
  const encoded = encode(open.directory, into);
  t.equal(encoded.tables[0]!.rows, 33 * 4096);
  t.equal(encoded.tables[0]!.values, values + 33 * 4096, 'of a_bytes and tick, which these columns call a gauge');
  const footer = readFooter(encoded.tables[0]!.path);
  t.same(
    structsAt(footer.file, 4).map((group) => numberAt(group, 3)),
    [131_072, 33 * 4096 - 131_072],
  );
  const rows = await readRows(encoded.tables[0]!.path);
  const wrong = rows.findIndex(
    (row, at) => row['a_bytes'] !== ((Math.floor(at / 33) + (at % 33)) % 5 === 0 ? null : at),
  );
  t.equal(wrong, -1);
});
