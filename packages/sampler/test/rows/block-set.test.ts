import { makeLayout, type Column, type Columns } from '@fgm/catalog';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { BlockSet, type RowOwner } from '../../src/rows/block-set.ts';

const COLUMN: Column = { name: 'value', type: 'int64', kind: 'gauge', unit: null, help: '', source: 'test' };
const LAYOUT = makeLayout('containers', [COLUMN, { ...COLUMN, name: 'other' }], 64);

class Owner implements RowOwner {
  declare columns: Columns;
  row = 0;
  position = 0;
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

t.test('rows stay dense and keep their values under any order of coming and going', async (t) => {
  const steps = fc.array(fc.nat({ max: 999 }), { maxLength: 400 });
  await holds(
    t,
    fc.property(steps, (picks) => {
      const set = new BlockSet(LAYOUT);
      const living: Owner[] = [];
      for (const [step, pick] of picks.entries()) {
        if (pick % 3 > 0 || living.length === 0) {
          const owner = new Owner(step + 1);
          set.add(owner);
          if (owner.columns.isValid(0, owner.row)) return false; // a new row is empty, whoever had it before
          owner.columns.setInt(0, owner.row, owner.value);
          living.push(owner);
        } else set.remove(living.splice(pick % living.length, 1)[0]!);
      }
      const places = new Set(living.map((owner) => owner.position));
      return (
        set.count === living.length &&
        places.size === living.length &&
        living.every(
          (owner) => owner.position < living.length && owner.columns === set.blocks[Math.floor(owner.position / 64)],
        ) &&
        living.every(
          (owner) => owner.columns.getInt(0, owner.row) === owner.value && owner.columns.isValid(0, owner.row),
        ) &&
        living.every((owner) => !owner.columns.isValid(1, owner.row))
      );
    }),
  );
});

t.test('blocks are given back', async (t) => {
  const set = new BlockSet(LAYOUT);
  const owners = Array.from({ length: 640 }, (_, index) => new Owner(index));
  for (const owner of owners) set.add(owner);
  t.equal(set.blocksInUse(), 10);
  t.equal(set.rowsIn(9), 64);
  for (const owner of owners.slice(5)) set.remove(owner);
  t.equal(set.blocksInUse(), 1);
  t.equal(set.rowsIn(0), 5);
  t.ok(set.blocks.length <= 2, 'one spare at most');
});
