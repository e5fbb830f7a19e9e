import { fileColumns } from '@fgm/catalog';
import fc from 'fast-check';
import t from 'tap';
import { fileSchema, schemaMessage } from '../src/arrow-schema.ts';
import { fileSchemaMessage } from '../src/file-schema.ts';

const columns = fileColumns('containers');
const anew = (metadata: ReadonlyMap<string, string>, of = columns): Uint8Array =>
  schemaMessage(fileSchema(of, metadata));

function windowMetadata(changed: Record<string, string> = {}): Map<string, string> {
  const fields = { 'fgm.table': 'containers', 'fgm.segment': 'run-1', 'fgm.window_start': 'a', 'fgm.window_end': 'b' };
  return new Map(Object.entries({ ...fields, ...changed }));
}

t.test('the message is the one that is encoded anew, whatever was made before', (t) => {
  const files: [name: string, metadata: Map<string, string>, of?: typeof columns][] = [
    ['a first window', windowMetadata()],
    ['the next window', windowMetadata({ 'fgm.segment': 'run-2', 'fgm.window_start': 'b', 'fgm.window_end': 'c' })],
    ['a longer number', windowMetadata({ 'fgm.segment': 'run-10' })],
    ['bytes as many, not characters', windowMetadata({ 'fgm.segment': 'rün-1' })],
    ['a value like another one', windowMetadata({ 'fgm.window_start': 'b' })],
    ['no more like it', windowMetadata({ 'fgm.window_start': 'c' })],
    ['a value like a column', windowMetadata({ 'fgm.segment': 'time' })],
    ['no more like a column', windowMetadata({ 'fgm.segment': 'item' })],
    ['a value like the zone', windowMetadata({ 'fgm.segment': 'UTC' })],
    ['another key', windowMetadata({ 'fgm.cluster': 'x' })],
    ['a key less', windowMetadata()],
    ['another column', windowMetadata(), columns.slice(0, -1)],
    ['another unit', windowMetadata(), columns.map((column) => ({ ...column, unit: 'ticks' as const }))],
    ['another type', windowMetadata(), columns.map((column) => ({ ...column, type: 'double' as const }))],
    ['the columns of the first', windowMetadata()],
  ];
  for (const [name, metadata, of = columns] of files) t.same(fileSchemaMessage(of, metadata), anew(metadata, of), name);
  t.end();
});

t.test('likewise for any values', (t) => {
  const value = fc.oneof(fc.constantFrom('time', 'UTC', 'gauge', 'a', 'b', 'fgm.table'), fc.string({ maxLength: 3 }));
  const windows = fc.array(fc.tuple(value, value, value), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(windows, (list) => {
      for (const [segment, start, end] of list) {
        const metadata = windowMetadata({ 'fgm.segment': segment, 'fgm.window_start': start, 'fgm.window_end': end });
        if (Buffer.compare(fileSchemaMessage(columns.slice(0, 5), metadata), anew(metadata, columns.slice(0, 5))) !== 0)
          return false;
      }
      return true;
    }),
    { numRuns: 200 },
  );
  t.end();
});
