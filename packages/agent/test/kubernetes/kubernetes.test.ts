import { CgroupSandbox, containerId, hasProgram, whyNoCgroups } from '@fgm/testkit';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { FgmProcess } from '../harness/fgm-process.ts';
import { readJson, rowsOf, until, type Row } from '../harness/recording.ts';
import { ApiServer, refuse } from './api-server.ts';
import { startCluster, type Cluster } from './harness.ts';

const skip = whyNoCgroups() || (!hasProgram('openssl') && 'openssl makes the certificates');

/** A container in the cgroup of a pod, and a recorder that sees nothing else. */
async function record(t: Test, cluster: Cluster, uid: string, id: string): Promise<FgmProcess> {
  const sandbox = new CgroupSandbox('fgm-kubernetes');
  t.teardown(() => sandbox.close());
  sandbox.make(`kubepods/burstable/pod${uid}/${id}`);
  const hostRoot = join(cluster.directory, 'host');
  mkdirSync(hostRoot);
  const own = ['--cgroup-root', sandbox.directories.v2!, '--host-root', hostRoot, '--node-name', 'node-1'];
  const server = `127.0.0.1:${cluster.server.port}`;
  const api = ['--kubernetes-server', server, '--kubernetes-service-account', cluster.serviceAccount];
  const pace = ['--interval', '100ms', '--scope', 'containers', '--kubernetes-api', 'on'];
  return FgmProcess.start(t, join(cluster.directory, 'data'), [...pace, ...own, ...api]);
}

function pairsOf(rows: readonly Row[], column: 'labels' | 'annotations'): unknown {
  const texts = new Set(rows.map((row) => row[column] as string | null));
  return [...texts].map((text) => (text === null ? null : (JSON.parse(text) as unknown)));
}

t.test('pods are recorded with their labels, also after the server was away', { skip }, async (t) => {
  const cluster = await startCluster(t);
  const { server } = cluster;
  const [uid, id] = [randomUUID(), containerId()];
  const containers = { nginx: { id, image: 'nginx:1.27', restarts: 4 } };
  const pod = { name: 'web-0', uid, annotations: { team: 'checkout' }, containers };
  server.set({ ...pod, labels: { app: 'web' } });
  const fgm = await record(t, cluster, uid, id);
  const counts = async (line: string, value: number): Promise<void> =>
    until(`${line} is ${value}`, async () => (await fgm.metric(line)) === value);
  await counts('fgm_kubernetes_pods', 1);
  await fgm.ticks(2);

  const { port } = server;
  await server.stop();
  await counts('fgm_kubernetes_up', 0);
  await fgm.ticks(3);
  t.equal((await fgm.health('readyz')).status, 200, 'which is no reason to be unwell');
  const again = await ApiServer.start(cluster.authority, port);
  t.teardown(() => again.stop());
  again.set({ ...pod, labels: { app: 'web', version: '2' } });
  await counts('fgm_kubernetes_up', 1);
  await fgm.ticks(2);
  t.equal((await fgm.stop()).code, 0);

  const rows = (await rowsOf(fgm.directory, 'containers')).filter((row) => row['container_id'] === id);
  t.same(pairsOf(rows, 'labels'), [{ app: 'web', version: '2' }], 'a window has the newest');
  t.same(pairsOf(rows, 'annotations'), [{ team: 'checkout' }]);
  const names = { pod: 'web-0', namespace: 'shop', container: 'nginx', image: 'nginx:1.27', pod_uid: uid };
  t.ok(rows.length >= 7);
  t.match(rows.at(-1), { ...names, restart_count: 4n });
  const events = await rowsOf(fgm.directory, 'events');
  t.match(
    events.find((event: Row) => event['container_id'] === id),
    names,
    'events too',
  );
  const { containers: index } = readJson(fgm.directory, 'index.json') as { containers: Record<string, unknown> };
  t.match(index[id.slice(0, 12)], { pod_name: 'web-0', labels: { app: 'web', version: '2' } });
  t.equal(fgm.entries('pods are known from the API server').length, 2, 'said once each time');
});

t.test('a server that refuses, or says nothing at all, costs names only', { skip }, async (t) => {
  for (const what of ['refuses', 'says nothing'] as const) {
    await t.test(what, async (t) => {
      const cluster = await startCluster(t);
      const { server } = cluster;
      const [uid, id] = [randomUUID(), containerId()];
      server.trick = (_, response) => {
        if (what === 'refuses') refuse(response, 403, 'pods is forbidden');
        return true;
      };
      const fgm = await record(t, cluster, uid, id);
      await until('it has asked', () => server.asked.length > 0);
      await fgm.ticks(5);
      t.equal((await fgm.health('readyz')).status, 200);
      const ended = await fgm.stop();
      t.equal(ended.code, 0);
      t.ok(ended.milliseconds < 5000, 'nor does it wait for the server at its end');
      const rows = (await rowsOf(fgm.directory, 'containers')).filter((row) => row['container_id'] === id);
      t.ok(rows.length >= 5);
      t.match(rows.at(-1), { container_id: id, pod_uid: uid, pod: null, labels: null, annotations: null });
      if (what === 'refuses') t.equal(fgm.log.match(/does not tell of pods/g)?.length, 1);
    });
  }
});
