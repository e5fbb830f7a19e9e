import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { NamespaceClaims } from '../../src/network/namespace-claims.ts';

t.test('a namespace belongs to one shard until that gives it up', async (t) => {
  const first = new NamespaceClaims(0);
  const second = new NamespaceClaims(1, first.buffer);
  t.ok(first.take(4026531833) && first.take(4026531833), 'who has it keeps it');
  t.notOk(second.take(4026531833));
  second.release(4026531833);
  t.notOk(second.take(4026531833), 'nobody gives up what is not his');
  first.release(4026531833);
  t.ok(second.take(4026531833));
  t.notOk(first.take(4026531833));
});

t.test('a shard that starts anew gives up what its thread had', async (t) => {
  const dead = new NamespaceClaims(0);
  const other = new NamespaceClaims(1, dead.buffer);
  dead.take(10);
  other.take(11);
  new NamespaceClaims(0, dead.buffer).releaseAll();
  t.ok(other.take(10));
  t.notOk(dead.take(11), 'and not what others have');
});

t.test('any steps: what a model says', async (t) => {
  const step = fc.record({
    shard: fc.nat(2),
    // Inodes that want the same place, too.
    inode: fc.constantFrom(1, 2, 8193, 16385, 4026531840, 4294967295),
    take: fc.boolean(),
  });
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const first = new NamespaceClaims(0);
    const shards = [first, new NamespaceClaims(1, first.buffer), new NamespaceClaims(2, first.buffer)];
    const owners = new Map<number, number>();
    return steps.every(({ shard, inode, take }) => {
      if (!take) {
        shards[shard]!.release(inode);
        if (owners.get(inode) === shard) owners.delete(inode);
        return true;
      }
      if (!owners.has(inode)) owners.set(inode, shard);
      return shards[shard]!.take(inode) === (owners.get(inode) === shard);
    });
  });
  await holds(t, property);
});

t.test('more namespaces than there are places are recorded by everybody', async (t) => {
  const first = new NamespaceClaims(0);
  const second = new NamespaceClaims(1, first.buffer);
  for (let inode = 1; inode <= 8192; inode++) first.take(inode);
  t.notOk(second.take(8192));
  t.ok(first.take(9000) && second.take(9000));
});
