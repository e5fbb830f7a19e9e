import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { ApiError } from '../../src/kubernetes/api-error.ts';
import { ApiClient } from '../../src/kubernetes/api-client.ts';
import { Backoff } from '../../src/kubernetes/backoff.ts';
import { PodIndex } from '../../src/kubernetes/pod-index.ts';
import { PodWatch } from '../../src/kubernetes/pod-watch.ts';
import { until } from '../harness/recording.ts';
import { ApiServer } from './api-server.ts';
import { makeAuthority, type Authority } from './authority.ts';

/** A server, and the directory of a service account that it knows. */
export interface Cluster {
  readonly server: ApiServer;
  readonly authority: Authority;
  readonly serviceAccount: string;
  /** Holds all its files. */
  readonly directory: string;
}

export async function startCluster(t: Test): Promise<Cluster> {
  const directory = t.testdir();
  const serviceAccount = join(directory, 'serviceaccount');
  for (const name of ['authority', 'serviceaccount']) mkdirSync(join(directory, name));
  const authority = makeAuthority(join(directory, 'authority'));
  putFile(serviceAccount, 'token', 'token-1');
  putFile(serviceAccount, 'ca.crt', authority.ca);
  const server = await ApiServer.start(authority);
  t.teardown(() => server.stop());
  return { server, authority, serviceAccount, directory };
}

/** Puts a file into a service account's directory in one step, as a kubelet does. */
export function putFile(directory: string, name: string, text: string): void {
  writeFileSync(join(directory, `.${name}`), text);
  renameSync(join(directory, `.${name}`), join(directory, name));
}

export const TIMEOUT_MS = 400;

export function clientOf({ server, serviceAccount }: Cluster, timeoutMs = TIMEOUT_MS): ApiClient {
  return new ApiClient({ server: { host: '127.0.0.1', port: server.port }, serviceAccount, timeoutMs });
}

/** A watch that runs to the end of the test, and what it has told. */
export class RunningWatch {
  readonly pods = new PodIndex();
  readonly errors: { readonly error: ApiError; readonly routine: boolean }[] = [];
  changes = 0;
  successes = 0;

  constructor(t: Test, cluster: Cluster, { watchMs = 60_000, timeoutMs = 5_000, firstPauseMs = 1 } = {}) {
    const client = clientOf(cluster, timeoutMs);
    const options = { client, node: 'node-1', backoff: new Backoff(firstPauseMs, 4), watchMs };
    const watch = new PodWatch(options, this.pods, {
      changed: () => this.changes++,
      succeeded: () => this.successes++,
      failed: (error, routine) => this.errors.push({ error, routine }),
    });
    const controller = new AbortController();
    const running = watch.run(controller.signal);
    t.teardown(async () => {
      controller.abort();
      await running;
      client.close();
    });
  }

  /** Reasons and whether they were routine, as text. */
  get failures(): readonly string[] {
    return this.errors.map(({ error, routine }) => (routine ? `${error.reason} (routine)` : error.reason));
  }

  /** The value of a pod's label. */
  label(uid: string, name: string): string | undefined {
    return this.pods.find(uid, '')?.pod.labels[name];
  }

  async sees(uid: string, name: string, value: string): Promise<void> {
    await until(`${uid} has ${name}=${value}`, () => this.label(uid, name) === value);
  }

  async fails(reason: string): Promise<void> {
    await until(`it fails for ${reason}`, () => this.failures.includes(reason));
  }
}
