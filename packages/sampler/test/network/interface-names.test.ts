import t from 'tap';
import { InterfaceNames } from '../../src/network/interface-names.ts';
import type { ShardContext } from '../../src/shard-context.ts';

/** What it asks of a shard's context. */
function listening(): { context: ShardContext; told: string[] } {
  const told: string[] = [];
  let next = 100;
  const context = {
    nextNumber: () => next++,
    name: ({ number, name }: { number: number; name: string }) => told.push(`${number} ${name}`),
  };
  return { context: context as unknown as ShardContext, told };
}

function key(names: InterfaceNames, name: string): number {
  const bytes = Buffer.from(`  ${name}:`);
  return names.intern(bytes, 2, bytes.length - 1);
}

t.test('a name has one number and is told once', async (t) => {
  const names = new InterfaceNames(1000);
  const { context, told } = listening();
  t.equal(names.number(context, key(names, 'eth0'), 1), 100);
  t.equal(names.number(context, key(names, 'veth1'), 1), 101);
  t.equal(names.number(context, key(names, 'eth0'), 1), 100);
  t.same(told, ['100 eth0', '101 veth1']);
});

t.test('when there are too many they are forgotten', async (t) => {
  const names = new InterfaceNames(1000, 3);
  const { context, told } = listening();
  for (const name of ['a', 'b', 'c']) names.number(context, key(names, name), 1);
  t.notOk(names.full);
  names.number(context, key(names, 'd'), 1);
  t.ok(names.full);
  names.clear();
  t.notOk(names.full);
  t.equal(names.number(context, key(names, 'd'), 1), 104, 'a number is never used again');
  t.same(told, ['100 a', '101 b', '102 c', '103 d', '104 d']);
});

t.test('a name that no row had for long is told anew', async (t) => {
  const names = new InterfaceNames(1000);
  const { context, told } = listening();
  const eth0 = key(names, 'eth0');
  t.equal(names.number(context, eth0, 10), 100);
  t.equal(names.number(context, eth0, 600), 100);
  t.equal(names.number(context, eth0, 1201), 101);
  t.same(told, ['100 eth0', '101 eth0']);
});
