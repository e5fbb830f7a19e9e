import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { randomBytes, randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allCgroupMounts, removeIfEmpty, run } from '@fgm/scenarios';
import { callRuntime, entries } from './cri-client.ts';
import type { Message } from './cri-client.ts';

const SCRIPT = fileURLToPath(new URL('../rigs/cri.sh', import.meta.url));
const IMAGE = 'docker.io/library/busybox:rig';
/** NamespaceMode NODE: no network plugin is needed. */
const NAMESPACES: Message = [
  [1, 2],
  [2, 1],
];

/** A pod that runs. */
export interface CriPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Of its sandbox. */
  readonly id: string;
  readonly config: Message;
  /** Path of its cgroup below every mount. */
  readonly cgroup: string;
}

/**
 * A containerd of our own, and in front of it just enough of a kubelet: pods with real cgroups below /kubepods, their logs,
 * and links to them. It stands for the whole of a node: `root` is what / is there.
 */
export class CriRig {
  readonly root: string;
  readonly #base: string;
  readonly #env: NodeJS.ProcessEnv;

  /** Starts it, which takes about a second. */
  constructor() {
    this.#base = mkdtempSync(join(tmpdir(), 'fgm-cri-'));
    this.#env = { ...process.env, FGM_RIG_DIR: this.#base };
    this.root = run('bash', [SCRIPT, 'start'], { env: this.#env }).trim();
  }

  /** @param parent path of the cgroup in which the pod's is made */
  async pod(namespace: string, name: string, parent = '/kubepods/burstable'): Promise<CriPod> {
    const uid = randomUUID();
    const cgroup = `${parent}/pod${uid}`;
    const labels = {
      'io.kubernetes.pod.name': name,
      'io.kubernetes.pod.namespace': namespace,
      'io.kubernetes.pod.uid': uid,
    };
    const logs = join(this.root, 'var/log/pods', `${namespace}_${name}_${uid}`);
    mkdirSync(logs, { recursive: true });
    const config: Message = [
      [
        1,
        [
          [1, name],
          [2, uid],
          [3, namespace],
          [4, 0],
        ],
      ],
      [3, logs],
      ...entries(6, labels),
      [
        8,
        [
          [1, cgroup],
          [2, [[1, NAMESPACES]]],
        ],
      ],
    ];
    const id = await this.#call('RunPodSandbox', [[1, config]]);
    return { namespace, name, uid, id, config, cgroup };
  }

  /** Starts a container, the way a kubelet does for the `restart`th time. @returns its id */
  async start(pod: CriPod, name: string, restart: number, ...command: readonly string[]): Promise<string> {
    const log = `${name}/${restart}.log`;
    mkdirSync(join(this.root, 'var/log/pods', directoryOf(pod), name), { recursive: true });
    const id = await this.#call('CreateContainer', [
      [1, pod.id],
      [
        2,
        [
          [
            1,
            [
              [1, name],
              [2, restart],
            ],
          ],
          [2, [[1, IMAGE]]],
          ...command.map((word): Message[number] => [3, word]),
          ...this.#mounts(pod, name),
          ...entries(9, { 'io.kubernetes.container.name': name }),
          [11, log],
          [15, [[15, [[3, NAMESPACES]]]]],
        ],
      ],
      [3, pod.config],
    ]);
    await this.#call('StartContainer', [[1, id]]);
    const link = join(this.root, 'var/log/containers', `${pod.name}_${pod.namespace}_${name}-${id}.log`);
    symlinkSync(`/var/log/pods/${directoryOf(pod)}/${log}`, link);
    return id;
  }

  /** Kills a container and forgets it. */
  async remove(id: string): Promise<void> {
    await this.#call('StopContainer', [[1, id]]);
    await this.#call('RemoveContainer', [[1, id]]);
  }

  /** Kills all pods, ends containerd, deletes its files. */
  async stop(...pods: readonly CriPod[]): Promise<void> {
    for (const { id } of pods) {
      await this.#call('StopPodSandbox', [[1, id]]);
      await this.#call('RemovePodSandbox', [[1, id]]);
    }
    run('bash', [SCRIPT, 'stop'], { env: this.#env });
    for (const { cgroup } of pods) removeCgroups(cgroup);
    rmSync(this.#base, { recursive: true, force: true });
  }

  #call(method: string, request: Message): Promise<string> {
    return callRuntime(join(this.root, 'run/containerd/containerd.sock'), method, request);
  }

  /** The two files that a kubelet mounts into each container. */
  #mounts({ uid }: CriPod, container: string): Message {
    const pod = join(this.root, 'var/lib/kubelet/pods', uid);
    const files = {
      '/etc/hosts': join(pod, 'etc-hosts'),
      '/dev/termination-log': join(pod, 'containers', container, randomBytes(4).toString('hex')),
    };
    return Object.entries(files).map(([place, file]) => {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, '');
      return [
        7,
        [
          [1, place],
          [2, file],
        ],
      ];
    });
  }
}

/** The cgroup of a pod, which the kubelet makes and removes, and those above it where nobody else uses them. */
function removeCgroups(path: string): void {
  for (const mount of allCgroupMounts()) {
    for (let below = path; below !== '/'; below = dirname(below)) removeIfEmpty(join(mount, below));
  }
}

function directoryOf({ namespace, name, uid }: CriPod): string {
  return `${namespace}_${name}_${uid}`;
}
