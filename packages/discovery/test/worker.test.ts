import { Counters } from '@fgm/ring';
import { once } from 'node:events';
import { rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import type { Test } from 'tap';
import { DISCOVERY_COUNTERS } from '../src/index.ts';
import type { DiscoveryCommand, DiscoveryMessage, DiscoveryWorkerData } from '../src/index.ts';
import { Recording } from './recording.ts';
import { hybrid, id, make, v2 } from './trees.ts';

function start(t: Test, data: Partial<DiscoveryWorkerData> & { cgroupRoot: string }) {
  const workerData: DiscoveryWorkerData = {
    procRoot: '/proc',
    hostRoot: null,
    scope: 'containers',
    firstEntity: 0,
    ...data,
  };
  const worker = new Worker(new URL(import.meta.resolve('@fgm/discovery/worker')), { workerData });
  const recording = new Recording();
  worker.on('message', (message: DiscoveryMessage) => {
    if (message.type === 'entities') recording.entities(message);
    else if (message.type === 'written') recording.written(message.written);
    else if (message.type === 'late') recording.late(message.late);
    else recording.trouble(message);
  });
  const tell = (command: DiscoveryCommand) => worker.postMessage(command);
  const stop = async () => {
    const exit = once(worker, 'exit');
    tell({ type: 'stop' });
    return exit;
  };
  return { recording, tell, stop };
}

t.test('reports, follows, and ends by itself', async (t) => {
  const root = t.testdir(v2());
  make(root, [''], 'docker', id(1));
  const counters = Counters.create(DISCOVERY_COUNTERS);
  const { recording, stop } = start(t, { cgroupRoot: root, firstEntity: 9, counters: counters.buffer });
  const first = await recording.until(() => recording.batches[0]);
  t.match(first, { initial: true, added: [{ entity: 9, identity: { containerId: id(1) } }], changed: [], removed: [] });
  t.equal(counters.get('scans'), 1);
  make(root, [''], 'docker', id(2));
  await recording.until(() => recording.find(id(2)));
  rmdirSync(join(root, 'docker', id(1)));
  t.equal((await recording.until(() => recording.removed[0])).entity, 9);
  t.same(await stop(), [0]);
  t.equal(counters.get('watches'), 0);
});

t.test('walks everything when told', async (t) => {
  const root = t.testdir(hybrid());
  make(root, ['pids', 'memory'], 'docker', id(1));
  const { recording, tell, stop } = start(t, { cgroupRoot: root });
  await recording.until(() => recording.batches[0]);
  // No watch is on this one (see Discovery).
  make(root, ['memory'], 'docker', id(1), 'docker', id(2));
  tell({ type: 'rescan' });
  await recording.until(() => recording.find(id(2)));
  t.same(await stop(), [0]);
});

t.test('says what is wrong', async (t) => {
  const root = t.testdir({});
  const { recording, stop } = start(t, { cgroupRoot: root, counters: null });
  t.same(await recording.until(() => recording.troubles[0]), {
    type: 'trouble',
    what: 'no_cgroups',
    errno: null,
    path: root,
  });
  t.match(await recording.until(() => recording.batches[0]), { initial: true, added: [] });
  t.same(await stop(), [0]);
});
