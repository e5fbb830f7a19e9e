import { mountFiles } from '@fgm/kernfs';
import { DirectoryFiles, FakeTree } from '@fgm/testkit';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { EntityBatch } from '../src/entity-set.ts';
import { SteppedDiscovery } from '../src/stepped-discovery.ts';
import { SteppedTime } from '../src/stepped-time.ts';

const START = 1_790_000_000_000_000;
const SECOND = 1_000_000;

interface Stepped {
  readonly tree: FakeTree;
  /** Moves time by a second and looks. */
  readonly next: () => Promise<EntityBatch[]>;
}

function numberOf(batch: EntityBatch | undefined, { cgroup }: { readonly cgroup: string }): number | undefined {
  return batch?.added.find(({ identity }) => identity.cgroup === cgroup)?.entity;
}

/** @param root where the directory is found */
function stepped(t: Test, directory: string = t.testdir(), root = directory): Stepped {
  const tree = new FakeTree(directory, { containers: 2, processes: 1 });
  const time = new SteppedTime(START);
  const batches: EntityBatch[] = [];
  const discovery = new SteppedDiscovery(
    { cgroupRoot: join(root, 'cgroup'), procRoot: join(root, 'proc'), scope: 'containers', firstEntity: 0 },
    {
      entities: (batch) => void batches.push(batch),
      written: () => t.fail('nobody tells of a write'),
      late: () => t.fail('nobody asks for names'),
      trouble: ({ what, path }) => t.fail(`${what}: ${path}`),
    },
    time,
    () => new Promise((resolve) => void setImmediate(resolve)),
  );
  t.teardown(() => discovery.stop());
  return {
    tree,
    async next() {
      batches.length = 0;
      time.moveTo(time.usec() + SECOND);
      await discovery.step();
      return batches;
    },
  };
}

void t.test('each step tells what has come and gone since the one before', async (t) => {
  const { tree, next } = stepped(t);
  const [first, ...more] = await next();
  t.same(more, []);
  t.equal(first?.initial, true);
  t.same(
    first?.added.map(({ firstSeen }) => firstSeen),
    [1_790_000_001_000, 1_790_000_001_000],
  );
  t.same(await next(), [], 'nothing is new');
  const added = tree.add();
  const gone = tree.containers[0]!;
  tree.remove(gone);
  const [second] = await next();
  t.same(
    second?.added.map(({ identity }) => identity.cgroup),
    [added.cgroup],
  );
  t.same(
    second?.removed.map(({ entity, time }) => [entity, time]),
    [[numberOf(first, gone), 1_790_000_003_000]],
  );
});

void t.test('a container whose last process has gone has stopped, with its last figures', async (t) => {
  const { tree, next } = stepped(t);
  const directory = join(tree.cgroupRoot, tree.containers[0]!.cgroup);
  const populate = (value: 0 | 1): void =>
    writeFileSync(join(directory, 'cgroup.events'), `populated ${value}\nfrozen 0\n`);
  populate(1);
  const [first] = await next();
  const entity = numberOf(first, tree.containers[0]!)!;
  populate(0);
  t.same(await next(), [], 'it may lose its directory in a moment');
  const [batch] = await next();
  t.match(batch?.notices, [{ entity, what: 'stopped', time: 1_790_000_002_000 }]);
  t.equal(batch?.notices[0]?.figures?.time, 1_790_000_003_000_000);
  populate(1);
  const [again] = await next();
  t.match(again?.notices, [{ entity, what: 'restarted', time: 1_790_000_004_000 }]);
});

/** Files in which one directory is gone already, and still listed: within an instant of a recording nothing changes. */
class StaleFiles extends DirectoryFiles {
  gone: string | null = null;

  override entry(path: string): ReturnType<DirectoryFiles['entry']> {
    if (this.gone !== null && path.startsWith(this.gone)) throw Object.assign(new Error(path), { code: 'ENOENT' });
    return super.entry(path);
  }
}

void t.test('a list may name what is gone already', async (t) => {
  const directory = t.testdir();
  const files = new StaleFiles(directory);
  t.teardown(mountFiles('/stale-node', files));
  const { tree, next } = stepped(t, directory, '/stale-node');
  const [first] = await next();
  t.equal(first?.added.length, 2);
  const gone = tree.containers[0]!;
  files.gone = `/cgroup${gone.cgroup}`;
  t.match(await next(), [{ added: [], removed: [{ entity: numberOf(first, gone) }] }]);
  tree.remove(gone);
  files.gone = null;
  t.same(await next(), []);
});

void t.test('a group goes with its directory', async (t) => {
  const { tree, next } = stepped(t);
  await next();
  rmSync(join(tree.cgroupRoot, 'kubepods.slice'), { recursive: true });
  const [batch] = await next();
  t.equal(batch?.removed.length, 2);
  t.equal(batch?.groups.removed.length, 1);
});
