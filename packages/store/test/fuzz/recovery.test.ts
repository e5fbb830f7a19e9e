/** What a crash or a bad disk leaves of a segment is recovered as far as it is whole, and what is lost is told. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { bodyLength } from '../../src/batch-layout.ts';
import { readSegmentInfo } from '../../src/segment.ts';
import { readTexts } from '../../src/segment-texts.ts';
import { StoredTable } from '../../src/stored-table.ts';
import { LAYOUTS, parquetFiles, readRows, START_TICK } from '../fixture.ts';
import { corruption, corrupted } from './corruption.ts';
import { copyOf, recordAndKill, recover, ROWS_A_TICK, SEGMENT, STREAMS, TICKS } from './recording.ts';

const root = t.testdir({});
const recording = path.join(root, 'recording');
recordAndKill(recording);
const FILES = fs.readdirSync(path.join(recording, SEGMENT));
const bytesOf = (file: string): Buffer => fs.readFileSync(path.join(recording, SEGMENT, file));

type Stream = (typeof STREAMS)[number];

function tableOf(stream: Stream): 'containers' | 'processes' {
  return stream === 'containers.arrows' ? 'containers' : 'processes';
}

/** Where each batch of a stream ends. */
function endsOf(stream: Stream): number[] {
  const table = tableOf(stream);
  const { columns } = LAYOUTS[table];
  const stored = StoredTable.open(path.join(recording, SEGMENT), table, columns)!;
  stored.close();
  return stored.batches.map(({ body, rows }) => body + bodyLength(columns.length, rows));
}

const ends = Object.fromEntries(STREAMS.map((stream) => [stream, endsOf(stream)])) as Record<Stream, number[]>;

/** Every length near these places, and some of all others: stored-table.test.ts has a narrow stream cut at every byte. */
function lengthsNear(places: readonly number[], length: number, step: number): number[] {
  const near = places.flatMap((place) => Array.from({ length: 41 }, (_, index) => place - 20 + index));
  const spread = Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step);
  const all = new Set([...near, ...spread].filter((one) => one >= 0 && one <= length));
  return [...all].sort((one, other) => other - one);
}

t.test('a stream cut anywhere keeps the batches that are whole', async (t) => {
  for (const stream of STREAMS) {
    const directory = path.join(copyOf(recording, path.join(root, 'cut')), SEGMENT);
    const file = path.join(directory, stream);
    const wrong: string[] = [];
    t.equal(ends[stream].length, TICKS);
    for (const length of lengthsNear([0, ...ends[stream]], bytesOf(stream).length, 211)) {
      fs.truncateSync(file, length);
      const stored = StoredTable.open(directory, tableOf(stream), LAYOUTS[tableOf(stream)].columns);
      const wanted = ends[stream].filter((end) => end <= length).length;
      const found = stored?.batches.length ?? 0;
      if (found !== wanted || (stored?.damagedBytes ?? 0) > 0) wrong.push(`${length}: ${found} of ${wanted}`);
      stored?.close();
    }
    t.same(wrong, [], stream);
  }
});

t.test('texts cut at any byte keep the lines that are whole', async (t) => {
  const directory = path.join(copyOf(recording, path.join(root, 'cut')), SEGMENT);
  const bytes = bytesOf('texts.jsonl');
  for (let length = bytes.length; length >= 0; length--) {
    fs.truncateSync(path.join(directory, 'texts.jsonl'), length);
    const lines = bytes.toString('latin1', 0, length).split('\n').length - 1;
    const { texts, events, damagedLines } = readTexts(directory);
    const found = texts.entities.size + texts.processes.size + texts.names.size + events.length;
    if (found !== lines || damagedLines > 0) t.fail(`${length} bytes: ${found} of ${lines} lines`);
  }
  t.pass(`${bytes.length} places`);
});

t.test('a segment.json cut anywhere is refused with a clear error', async (t) => {
  const directory = path.join(copyOf(recording, path.join(root, 'cut')), SEGMENT);
  const text = bytesOf('segment.json').toString();
  const whole = text.trimEnd().length - 1;
  for (const length of lengthsNear([0, whole], whole, 2003)) {
    fs.truncateSync(path.join(directory, 'segment.json'), length);
    try {
      readSegmentInfo(directory);
      t.fail(`${length} bytes were taken for a segment's`);
    } catch (cause) {
      if (!(cause as Error).message.includes('segment.json: ')) t.fail(`${length} bytes: ${(cause as Error).message}`);
    }
  }
  t.pass('everywhere');
});

/** Rows of a table in all files. */
async function rowsOf(directory: string, table: string): Promise<Record<string, unknown>[]> {
  return (await Promise.all(parquetFiles(directory, `${table}-`).map(readRows))).flat();
}

/** A length of a file: any, and more often one right at the end of a batch. */
function lengthOf(file: string): fc.Arbitrary<number> {
  const { length } = bytesOf(file);
  const places = file in ends ? ends[file as Stream] : [length];
  const near = fc.tuple(fc.constantFrom(...places), fc.integer({ min: -2, max: 2 })).map(([end, by]) => end + by);
  return fc.oneof(fc.nat({ max: length }), near).map((cut) => Math.min(length, Math.max(0, cut)));
}

const cuts = fc.uniqueArray(
  fc.constantFrom(...FILES).chain((file) => fc.record({ file: fc.constant(file), length: lengthOf(file) })),
  { minLength: 1, maxLength: 3, selector: ({ file }) => file },
);

t.test('a segment cut anywhere becomes files of what is whole', (t) =>
  holds(
    t,
    fc.asyncProperty(cuts, async (list) => {
      const directory = copyOf(recording, path.join(root, 'property'));
      for (const { file, length } of list) fs.truncateSync(path.join(directory, SEGMENT, file), length);
      const left = (file: string): number => list.find((cut) => cut.file === file)?.length ?? bytesOf(file).length;
      const rig = recover(directory);
      if (left('segment.json') < bytesOf('segment.json').toString().trimEnd().length) {
        return (
          rig.counters.get('damaged_segments') === 1 && fs.existsSync(path.join(directory, 'spool/broken-run-a-1'))
        );
      }
      const pods = bytesOf('texts.jsonl').toString('latin1', 0, left('texts.jsonl')).split('\n').length - 1;
      for (const stream of STREAMS) {
        const rows = await rowsOf(directory, tableOf(stream));
        const ticks = ends[stream].filter((end) => end <= left(stream)).length;
        if (rows.length !== ticks * ROWS_A_TICK) return false;
        const right = rows.every((row) => {
          const entity = Number(row['tick']) - START_TICK;
          const value = stream === 'containers.arrows' ? Math.floor(Number(row['process_count']) / 10) : row['ppid'];
          const pod = [null, 'pod-1', 'pod-2'].includes(row['pod'] as string | null);
          return value === entity && pod && (pods < 2 || row['pod'] !== null);
        });
        if (!right) return false;
      }
      return rig.counters.get('damaged_segments') === 0;
    }),
    2000,
  ),
);

const damage = fc
  .constantFrom(...FILES)
  .chain((file) => fc.record({ file: fc.constant(file), harm: fc.array(corruption, { minLength: 1, maxLength: 3 }) }));

t.test('a segment damaged anywhere stops nobody', (t) =>
  holds(
    t,
    fc.asyncProperty(damage, async ({ file, harm }) => {
      const directory = copyOf(recording, path.join(root, 'property'));
      fs.writeFileSync(path.join(directory, SEGMENT, file), corrupted(bytesOf(file), harm));
      const rig = recover(directory);
      for (const made of parquetFiles(directory)) await readRows(made);
      const gone = !fs.existsSync(path.join(directory, SEGMENT));
      return rig.of('ready').length === 1 && gone && rig.of('stopped').length === 1;
    }),
    2000,
  ),
);
