import type { Test } from 'tap';
import { clusterBench, type ClusterBench } from './cluster-bench.ts';
import { podOfViewer, recordNode, viewNode } from './cluster-node.ts';

export interface ClusterWithRun extends ClusterBench {
  readonly run: string;
  /** Pods of the run, by their scenario. */
  readonly pods: ReadonlyMap<string, string>;
}

/**
 * A run of oom-kill and chatty in a cluster of four nodes: two recorded a pod of it each beside others, one none, and of one the
 * viewer is not running. Recorders and viewers are ours; between the command and them is the server of the test.
 */
export async function clusterWithRun(t: Test): Promise<ClusterWithRun> {
  const bench = await clusterBench(t);
  const { server, scenario } = bench;
  const run = (await scenario('run', 'oom-kill', 'chatty', '--detach')).stdout.trim();
  const pods = new Map(
    server.objects
      .filter(({ kind }) => kind === 'Pod')
      .map(({ metadata }) => [metadata.labels['fine-grained-monitor.dev/scenario']!, metadata.name]),
  );
  const other = { namespace: 'shop', pod: 'web-0', container: 'web' };
  // Of another namespace, by a name that begins as those of the run do.
  const stranger = { namespace: 'default', pod: `fgm-${run}-oom-kill-zzzzz`, container: 'oom-kill' };
  const nodes = {
    'node-1': [{ namespace: 'shop', pod: pods.get('oom-kill')!, container: 'oom-kill' }, other, stranger],
    'node-2': [other, { namespace: 'shop', pod: pods.get('chatty')!, container: 'chatty' }],
    'node-3': [other],
  };
  await Promise.all(
    Object.entries(nodes).map(async ([node, containers]) => {
      const url = await viewNode(t, await recordNode(t, node, containers));
      server.add(podOfViewer(node));
      server.proxied.set(`fgm-on-${node}:8050`, url);
    }),
  );
  server.add(podOfViewer('node-4', 'Pending'));
  return { ...bench, run, pods };
}
