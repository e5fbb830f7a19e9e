import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PodLogs, type ScenarioName } from '@fgm/scenarios';
import { FakeTree } from '@fgm/testkit';
import type { Test } from 'tap';
import { startFgm, urlOf } from '../fgm-process.ts';
import type { Stored } from './api-server.ts';
import { until } from './bench.ts';

/** A container of a pod, as a kubelet names it. */
export interface NodeContainer {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

const PACE = ['--interval', '200ms', '--burst', 'off', '--listen', 'off', '--consolidate', 'off'];

/** What a node records of these containers: a recorder on files such as those of a node, with a kubelet's names. */
export async function recordNode(t: Test, node: string, containers: readonly NodeContainer[]): Promise<string> {
  const root = join(t.testdirName, node);
  const data = join(root, 'data');
  mkdirSync(root);
  const tree = new FakeTree(root, { containers: containers.length, processes: 2 });
  const logs = new PodLogs(root);
  for (const [index, { namespace, pod, container }] of containers.entries()) {
    const { id, cgroup } = tree.containers[index]!;
    const podUid = /pod([0-9a-f_]{36})/.exec(cgroup)![1]!.replaceAll('_', '-');
    const scenario = container as ScenarioName;
    logs.open({ namespace, pod, podUid, scenario, id: () => id, ...NOTHING_PLANNED }, 0);
  }
  const machine = ['--proc-root', tree.procRoot, '--cgroup-root', tree.cgroupRoot, '--host-root', root];
  const names = ['--node-name', node, '--identifier', node];
  const recorder = startFgm(t, ['monitor', '--output-dir', data, ...machine, ...names, ...PACE]);
  const working = setInterval(() => tree.tick(), 100);
  t.teardown(() => clearInterval(working));
  await until(`${node} has recorded`, () => namesIn(data) === containers.length);
  // A row or two more, now that they are known by name.
  await pause(1000);
  recorder.process.kill('SIGTERM');
  const { code, stderr } = await recorder.ended;
  clearInterval(working);
  if (code !== 0) throw new Error(`the recorder ended with ${code}: ${stderr}`);
  return data;
}

/** How many pods the index has. */
function namesIn(data: string): number {
  try {
    const { containers } = JSON.parse(readFileSync(join(data, 'index.json'), 'utf8')) as {
      containers: Readonly<Record<string, { readonly pod_name: string | null }>>;
    };
    return Object.values(containers).filter(({ pod_name: pod }) => pod !== null).length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** Of a plan the logs need the names alone. */
const NOTHING_PLANNED = {
  qos: 'besteffort',
  startMs: 0,
  load: [],
  memoryLimitBytes: null,
  cpuLimitMillicores: null,
  pidsLimit: null,
} as const;

/** A viewer of a node's recording. @returns where it listens */
export function viewNode(t: Test, data: string): Promise<string> {
  return urlOf(startFgm(t, ['view', data, '--listen', '127.0.0.1:0']));
}

/** What the chart's DaemonSet leaves on a node, as far as an export looks at it. */
export function podOfViewer(node: string, phase = 'Running'): Stored {
  return {
    kind: 'Pod',
    metadata: {
      name: `fgm-on-${node}`,
      namespace: 'monitoring',
      labels: { 'app.kubernetes.io/name': 'fine-grained-monitor' },
    },
    spec: {
      nodeName: node,
      containers: [
        { name: 'recorder', ports: [{ name: 'metrics', containerPort: 9464 }] },
        { name: 'viewer', ports: [{ name: 'http', containerPort: 8050 }] },
      ],
    },
    status: { phase },
  };
}
