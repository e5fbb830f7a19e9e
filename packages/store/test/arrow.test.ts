import { Columns, mustIndexOf } from '@fgm/catalog';
import { Ring } from '@fgm/ring';
import t from 'tap';
import { recordBatchOf } from '../src/arrow.ts';
import { fill, LAYOUTS } from './fixture.ts';

t.test('a batch over a slot shares its memory', (t) => {
  const layout = LAYOUTS.processes;
  const ring = Ring.create(4, layout.byteLength);
  const slot = ring.claim();
  const bytes = ring.views[slot]!;
  const block = new Columns(layout, bytes.buffer, bytes.byteOffset);
  fill(block, [{ pid: 7, cpu_percent: 0.25 }, { pid: -1 }, { pid: null }]);
  const batch = recordBatchOf(layout, bytes, 3);
  t.equal(batch.numRows, 3);
  t.same([...batch.getChild('pid')!], [7n, -1n, null]);
  t.same([...batch.getChild('cpu_percent')!], [0.25, null, null]);
  t.equal(batch.getChild('pid')!.data[0]!.values.buffer, ring.buffer, 'the very same buffer');
  block.setInt(mustIndexOf(layout, 'pid'), 0, 8);
  block.setInt(mustIndexOf(layout, 'pid'), 2, 9);
  t.same([...batch.getChild('pid')!], [8n, -1n, 9n], 'and live');
  t.end();
});
