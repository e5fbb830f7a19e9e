import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { EntityBatch, Trouble } from '../src/index.ts';
import { CgroupTree } from '../src/tree.ts';
import type { CgroupNode } from '../src/tree.ts';
import { Watches } from '../src/watches.ts';
import { Recording } from './recording.ts';
import { id, make, v2 } from './trees.ts';

t.test('a directory is followed until it is closed', async (t) => {
  const root = t.testdir({ a: {} });
  const told: [CgroupNode, string | null][] = [];
  const written: [CgroupNode, string][] = [];
  let wake = () => {};
  const watches = new Watches({
    moved: (node, name) => {
      told.push([node, name]);
      wake();
    },
    written: (node, file) => {
      written.push([node, file]);
      wake();
    },
    trouble: (trouble) => t.fail(JSON.stringify(trouble)),
  });
  const next = () => new Promise<void>((resolve) => (wake = resolve));
  const tree = new CgroupTree(['v2'], root, 0, { added: () => {}, removed: () => {}, unreadable: () => {} });
  watches.open(tree.root);
  watches.open(tree.root);
  t.equal(watches.size, 1);
  t.ok(watches.has(tree.root));
  let came = next();
  mkdirSync(join(root, 'b'));
  await came;
  t.same(told.splice(0), [[tree.root, 'b']]);
  came = next();
  rmdirSync(join(root, 'b'));
  await came;
  t.same(told.splice(0), [[tree.root, 'b']]);
  t.same(watches.retry(), [], 'nothing was missing');
  watches.close(tree.root);
  watches.close(tree.root);
  t.equal(watches.size, 0);
  watches.open(tree.root);
  watches.closeAll();
  t.notOk(watches.has(tree.root));
  t.equal(watches.errors, 0);
});

t.test('a directory that is gone already is no trouble', async (t) => {
  const root = t.testdir({ a: {} });
  const watches = new Watches({
    moved: () => {},
    written: () => {},
    trouble: (trouble) => t.fail(JSON.stringify(trouble)),
  });
  const tree = new CgroupTree(['v2'], join(root, 'never'), 0, {
    added: () => {},
    removed: () => {},
    unreadable: () => {},
  });
  watches.open(tree.root);
  t.equal(watches.size, 0);
  t.equal(watches.missing.size, 0);
});

t.test('a directory that cannot be watched is told, and the next one is', async (t) => {
  const root = t.testdir({ a: {} });
  const troubles: Trouble[] = [];
  const watches = new Watches({ moved: () => {}, written: () => {}, trouble: (trouble) => troubles.push(trouble) });
  t.teardown(() => watches.closeAll());
  const listener = { added: () => {}, removed: () => {}, unreadable: () => {} };
  const long = join(root, 'x'.repeat(300));
  watches.open(new CgroupTree(['v2'], long, 0, listener).root);
  watches.open(new CgroupTree(['v2'], root, 0, listener).root);
  t.same(troubles, [{ what: 'unwatchable', errno: 'ENAMETOOLONG', path: long }]);
  t.equal(watches.size, 1);
  t.equal(watches.errors, 1);
});

// In a user namespace of its own a process can set the kernel's real limits for itself alone.
const UNSHARE = 'unshare';
const probe = spawnSync(UNSHARE, ['-Ur', 'sh', '-c', 'echo 9 >/proc/sys/user/max_inotify_watches']);
const skip = probe.status !== 0 && 'no user namespace with inotify limits of its own';

function limited(root: string, watches: number, instances: number) {
  const script = fileURLToPath(new URL('under-limit.worker.ts', import.meta.url));
  const limits = `echo ${watches} >/proc/sys/user/max_inotify_watches; echo ${instances} >/proc/sys/user/max_inotify_instances`;
  const run = ['-Ur', 'sh', '-c', `${limits}; exec "$@"`, 'sh', process.execPath, ...process.execArgv, script, root];
  const child = spawn(UNSHARE, run, { stdio: ['pipe', 'pipe', 'inherit'] });
  const recording = new Recording();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { batch, trouble } = JSON.parse(line) as { batch?: EntityBatch; trouble?: Trouble };
    if (batch) recording.entities(batch);
    if (trouble) recording.trouble(trouble);
  });
  return { child, recording };
}

t.test('at the limit of watches the rest is looked at every now and then', { skip }, async (t) => {
  const root = t.testdir(v2());
  make(root, [''], 'docker', id(1));
  const { child, recording } = limited(root, 2, 100);
  const seen = (trouble: Trouble['what']) => () => recording.troubles.find(({ what }) => what === trouble);
  const [container] = await recording.until(() => recording.batches[0]?.added);
  t.equal(container?.identity.containerId, id(1));
  t.same(await recording.until(seen('watch_limit')), {
    what: 'watch_limit',
    errno: 'ENOSPC',
    path: join(root, 'docker', id(1)),
  });

  make(root, [''], 'docker', id(1), 'inner/docker', id(2));
  await recording.until(() => recording.find(id(2)));
  t.equal(recording.find(id(1))?.processDirectories.length, 3);
  t.equal(recording.troubles.length, 1, 'told once');

  child.stdin.write('100\n');
  await recording.until(seen('watch_recovered'));
  rmdirSync(join(root, 'docker', id(1), 'inner/docker', id(2)));
  await recording.until(() => recording.removed[0]);
  child.stdin.end();
  t.same(await once(child, 'exit'), [0, null]);
});

t.test('without any inotify instance everything is', { skip }, async (t) => {
  const root = t.testdir(v2());
  make(root, [''], 'docker');
  const { child, recording } = limited(root, 100, 0);
  t.match(await recording.until(() => recording.troubles[0]), { what: 'watch_limit', errno: 'EMFILE', path: root });
  make(root, [''], 'docker', id(1));
  await recording.until(() => recording.find(id(1)));
  child.stdin.end();
  t.same(await once(child, 'exit'), [0, null]);
});
