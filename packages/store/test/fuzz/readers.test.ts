/** Whatever bytes stand in a file of ours, reading it gives what it holds or a clear error: no crash, no hang, no huge array. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { listClosedFiles } from '../../src/closed-files.ts';
import { PageReader } from '../../src/read/page-reader.ts';
import { SourceFile, unusable } from '../../src/read/source-file.ts';
import { Unusable } from '../../src/read/unusable.ts';
import { fieldMetadata } from '../../src/field-metadata.ts';
import { columnMetadata, parseFooter, parseFooterBytes, readFooter } from '../../src/footer.ts';
import { IndexFile, readIndex } from '../../src/index-file.ts';
import { segmentNames, sourceRuns } from '../../src/made-of.ts';
import { rebuildIndex } from '../../src/rebuild-index.ts';
import { replacedBy } from '../../src/superseded.ts';
import { decodeLines, Texts } from '../../src/texts.ts';
import { entityOf, parquetFiles, START_TICK } from '../fixture.ts';
import { type Corruption, corrupted, corruption } from './corruption.ts';
import { recordAndKill, recover } from './recording.ts';

const root = t.testdir({});
const data = path.join(root, 'data');
recordAndKill(data);
recover(data);
const FILES = parquetFiles(data);
const BYTES = new Map(FILES.map((file) => [file, fs.readFileSync(file)]));
const INDEX = fs.readFileSync(path.join(data, 'index.json'));
/** Nothing here is larger than a megabyte. */
const MOST_MEMORY = 96 << 20;

const harm = fc.array(corruption, { minLength: 1, maxLength: 4 });
const damagedFile = fc.constantFrom(...FILES).chain((file) => fc.tuple(fc.constant(file), harm));

/** The footer with damage in it, and a length that is right, so that what is behind the length is read. */
function withFooter(bytes: Buffer, list: readonly Corruption[]): Buffer {
  const length = bytes.readUInt32LE(bytes.length - 8);
  const start = bytes.length - 8 - length;
  const footer = corrupted(bytes.subarray(start, bytes.length - 8), list);
  const tail = Buffer.from(bytes.subarray(-8));
  tail.writeUInt32LE(footer.length);
  return Buffer.concat([bytes.subarray(0, start), footer, tail]);
}

/** Whether an error is one that says what is wrong with a file. */
function isClear(cause: unknown): boolean {
  return (cause instanceof RangeError || cause instanceof Unusable) && cause.message.length > 10;
}

/** True when it gives something or a clear error. @throws any other error */
async function settles(read: () => unknown): Promise<true> {
  try {
    await read();
  } catch (cause) {
    if (!isClear(cause)) throw cause;
  }
  return true;
}

t.test('footers', (t) =>
  holds(
    t,
    fc.asyncProperty(damagedFile, fc.boolean(), ([file, list], inside) => {
      const bytes = BYTES.get(file)!;
      const damaged = inside ? withFooter(bytes, list) : corrupted(bytes, list);
      return settles(async () => {
        const footer = parseFooter(damaged);
        columnMetadata(footer);
        segmentNames(sourceRuns(footer.metadata));
        replacedBy(footer);
        await fieldMetadata(footer);
      });
    }),
    10,
  ),
);

t.test('bytes that are no footer', (t) =>
  holds(
    t,
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), (bytes) => settles(() => parseFooterBytes(bytes))),
  ),
);

/** Reads all of a file, column by column. */
function readAll(file: string): void {
  const source = SourceFile.open(file);
  try {
    const reader = new PageReader();
    for (const [column, { type }] of source.columns.entries()) {
      const read = type === 'utf8' || type === 'enum' ? 'texts' : 'numbers';
      reader[read](source, column, 0, source.rows, () => undefined);
    }
  } catch (cause) {
    throw unusable(cause, 'cannot be read');
  } finally {
    source.close();
  }
}

t.test('pages', async (t) => {
  const file = path.join(root, 'damaged.parquet');
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  await holds(
    t,
    fc.asyncProperty(damagedFile, fc.boolean(), async ([from, list], inside) => {
      const bytes = BYTES.get(from)!;
      fs.writeFileSync(file, inside ? withFooter(bytes, list) : corrupted(bytes, list));
      const settled = await settles(() => readAll(file));
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      return settled;
    }),
    100,
  );
  t.ok(most < MOST_MEMORY, `${most >> 20} MiB of buffers`);
});

t.test('an index made anew from damaged files', (t) => {
  const partition = path.dirname(FILES[0]!);
  return holds(
    t,
    fc.property(damagedFile, fc.boolean(), ([from, list], inside) => {
      const directory = path.join(root, 'rebuilt');
      fs.rmSync(directory, { recursive: true, force: true });
      fs.mkdirSync(path.join(directory, path.relative(data, partition)), { recursive: true });
      for (const [file, bytes] of BYTES) {
        const damaged = inside ? withFooter(bytes, list) : corrupted(bytes, list);
        fs.writeFileSync(path.join(directory, path.relative(data, file)), file === from ? damaged : bytes);
      }
      const index = new IndexFile(directory, null);
      const failed: Error[] = [];
      for (const _ of rebuildIndex(index, listClosedFiles(directory), (_file, cause) => failed.push(cause)));
      index.write(START_TICK * 1000, null, 1000);
      return readIndex(directory) !== null && failed.every(isClear);
    }),
    300,
  );
});

/** Texts that are JSON, and those that are nearly. */
const json = fc.oneof(
  fc.json().map((text) => Buffer.from(text)),
  harm.map((list) => corrupted(INDEX, list)),
  fc.constantFrom('[', '{"a":').map((text) => Buffer.from(text.repeat(20_000))),
);

t.test('index.json', (t) =>
  holds(
    t,
    fc.property(json, (bytes) => {
      const directory = path.join(root, 'indexed');
      fs.mkdirSync(directory, { recursive: true });
      fs.writeFileSync(path.join(directory, 'index.json'), bytes);
      const index = new IndexFile(directory, readIndex(directory));
      index.arrived(entityOf(1).identity, START_TICK * 1000);
      index.closed(START_TICK * 1000);
      index.write(START_TICK * 1000, START_TICK * 1000, 1000);
      return readIndex(directory) !== null;
    }),
    10,
  ),
);

t.test('lines of texts', (t) => {
  const line = fc.oneof(
    fc.json(),
    fc.record({ entity: fc.jsonValue() }).map((value) => JSON.stringify(value)),
    fc.record({ event: fc.jsonValue() }).map((value) => JSON.stringify(value)),
    fc.record({ process: fc.jsonValue() }).map((value) => JSON.stringify(value)),
    fc.record({ name: fc.jsonValue() }).map((value) => JSON.stringify(value)),
    fc.string(),
  );
  return holds(
    t,
    fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
      const texts = new Texts();
      for (const one of decodeLines(`${lines.join('\n')}\n`)) if (one !== null) texts.add(one);
      texts.encode();
      return [...texts.entities.values()].every(({ identity }) => typeof identity.containerId === 'string');
    }),
    2,
  );
});

t.test('a file of nothing', async (t) => {
  const file = path.join(root, 'nothing.parquet');
  fs.writeFileSync(file, '');
  t.throws(() => readFooter(file), { name: 'RangeError', message: '0 bytes are no Parquet file' });
});
