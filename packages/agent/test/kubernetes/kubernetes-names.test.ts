import { UNNAMED, type Entity } from '@fgm/catalog';
import { hasProgram } from '@fgm/testkit';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import t, { type Test } from 'tap';
import { registerKubernetesMetrics } from '../../src/kubernetes/kubernetes-metrics.ts';
import { KubernetesNames } from '../../src/kubernetes/kubernetes-names.ts';
import { until } from '../harness/recording.ts';
import { ApiServer, refuse } from './api-server.ts';
import { startCluster, type Cluster } from './harness.ts';

const skip = !hasProgram('openssl') && 'openssl makes the certificates';
const PACE = { timeoutMs: 2_000, watchMs: 60_000, firstPauseMs: 1, longestPauseMs: 4 };

type Line = Record<string, unknown>;

function start(t: Test, cluster: Cluster | null): { names: KubernetesNames; log: Line[]; changes: () => number } {
  const log: Line[] = [];
  const write = (line: string): void => void log.push(JSON.parse(line) as Line);
  let changes = 0;
  const names = new KubernetesNames(
    {
      nodeName: 'node-1',
      kubernetesServer: cluster && { host: '127.0.0.1', port: cluster.server.port },
      kubernetesServiceAccount: cluster?.serviceAccount ?? '/none',
    },
    pino({ level: 'info' }, { write }),
    () => changes++,
    PACE,
  );
  names.start();
  t.teardown(() => names.stop());
  return { names, log, changes: () => changes };
}

function entity(podUid: string): Entity {
  const containerId = 'ab'.repeat(32);
  const path = { cgroup: `/kubepods/pod${podUid}/${containerId}`, runtime: null, qos: null, podUid };
  const identity = { scope: 'container', containerId, ...path, ...UNNAMED } as const;
  return { entity: 1, identity, directories: {}, processDirectories: [], firstSeen: 0 };
}

t.test('one line for each change of state, however long it lasts', { skip }, async (t) => {
  const cluster = await startCluster(t);
  const { server, authority } = cluster;
  server.set({ name: 'web', uid: 'u1', labels: { app: 'web' } });
  const { names, log, changes } = start(t, cluster);
  await until('it is up', () => names.facts.up);
  t.match(log, [{ level: 30, pods: 1, node: 'node-1', msg: 'pods are known from the API server' }]);
  t.ok(changes() > 0);
  const unnamed = entity('u1');
  t.match(names.named(unnamed, undefined).identity, { pod: 'web', namespace: 'shop', labels: { app: 'web' } });
  const other = entity('u2');
  t.equal(names.named(other, undefined), other, 'the same object when nothing is added');

  const { port } = server;
  await server.stop();
  await until('it has failed often', () => names.facts.errors.get('connect')! > 5);
  t.equal(names.facts.up, false);
  t.equal(log.length, 2);
  t.match(log[1], { level: 40, reason: 'connect', msg: /does not tell of pods/ });
  t.match(names.named(unnamed, undefined).identity, { pod: 'web' }, 'what was known is known');

  const again = await ApiServer.start(authority, port);
  t.teardown(() => again.stop());
  again.set({ name: 'web', uid: 'u1', labels: { app: 'web2' } });
  await until('it is up again', () => names.facts.up);
  t.equal(log.length, 3);
  t.match(names.named(unnamed, undefined).identity, { labels: { app: 'web2' } });
});

t.test('a cut now and then is no change of state', { skip }, async (t) => {
  const cluster = await startCluster(t);
  const { server } = cluster;
  const { names, log } = start(t, cluster);
  await until('it watches', () => server.watches === 1);
  t.match(log[0]!['msg'], /no pod is on this node: is --node-name its name in Kubernetes\?/);
  server.cut();
  await until('it watches again', () => names.facts.errors.get('cut') === 1 && server.watches === 1);
  t.equal(names.facts.up, true);
  t.equal(log.length, 1);
});

t.test('its metrics', { skip }, async (t) => {
  const cluster = await startCluster(t);
  cluster.server.set({ name: 'web', uid: 'u1', annotations: { long: 'x'.repeat(5000) } });
  cluster.server.trick = (_, response) => cluster.server.asked.length <= 2 && (refuse(response, 403, 'no'), true);
  const { names } = start(t, cluster);
  const registry = new Registry();
  registerKubernetesMetrics(registry, () => names.facts);
  t.notMatch(await registry.metrics(), /^fgm_kubernetes_last_success_timestamp_seconds /m, 'absent before the first');
  await until('it is up', () => names.facts.up);
  const text = await registry.metrics();
  for (const line of [
    'fgm_kubernetes_up 1',
    'fgm_kubernetes_pods 1',
    'fgm_kubernetes_values_cut 1',
    'fgm_kubernetes_errors_total{reason="forbidden"} 2',
    'fgm_kubernetes_errors_total{reason="tls"} 0',
  ]) {
    t.ok(text.includes(`${line}\n`), line);
  }
  const last = /^fgm_kubernetes_last_success_timestamp_seconds (\S+)$/m.exec(text)?.[1];
  t.ok(Math.abs(Number(last) - Date.now() / 1000) < 60);
});

t.test('without a server', async (t) => {
  const { names, log } = start(t, null);
  t.match(log, [{ reason: 'unconfigured', error: /KUBERNETES_SERVICE_HOST/ }]);
  t.match(names.facts, { up: false, pods: 0, lastSuccess: null });
});
