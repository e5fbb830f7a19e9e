import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { Ended } from '../fgm-process.ts';
import { ApiServer, TOKEN } from './api-server.ts';
import { bench } from './bench.ts';

export interface ClusterBench {
  readonly root: string;
  readonly server: ApiServer;
  readonly scenario: (...args: readonly string[]) => Promise<Ended>;
}

export function kubeconfig(server: string, user: object, namespace?: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'kind-test',
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'kind-test', context: { cluster: 'c', user: 'u', ...(namespace ? { namespace } : {}) } }],
  };
}

/** With the kubeconfig where it is by default. */
export async function clusterBench(t: Test): Promise<ClusterBench> {
  const { root, asked: scenario } = bench(t);
  const server = await ApiServer.start(t);
  mkdirSync(join(root, '.kube'));
  writeFileSync(join(root, '.kube/config'), JSON.stringify(kubeconfig(server.url, { token: TOKEN }, 'shop')));
  return { root, server, scenario };
}
