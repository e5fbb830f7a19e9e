/** A directory that looks like the root of a node, with what runtimes and the kubelet leave there. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Identity } from '@fgm/catalog';
import { identify } from '../../src/identify.ts';
import { Resolver } from '../../src/names/resolve.ts';
import { POD, id } from '../trees.ts';

export interface FakePod {
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
}

export const WEB: FakePod = { namespace: 'default', pod: 'web-0', podUid: POD };

export class FakeNode {
  readonly hostRoot: string;
  readonly procRoot: string;
  readonly cgroups: string;

  constructor(directory: string) {
    this.hostRoot = join(directory, 'host');
    this.procRoot = join(directory, 'proc');
    this.cgroups = join(directory, 'cgroup');
    for (const path of [this.hostRoot, this.procRoot, this.cgroups]) mkdirSync(path, { recursive: true });
  }

  resolver(): Resolver {
    return new Resolver(this);
  }

  /** Writes a file of the node; an object as JSON. */
  write(path: string, content: string | object): void {
    const place = join(this.hostRoot, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, typeof content === 'string' ? content : JSON.stringify(content));
  }

  link(path: string, target: string): void {
    const place = join(this.hostRoot, path);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(target, place);
  }

  /** A named pipe that nobody writes to. */
  pipe(path: string): void {
    const place = join(this.hostRoot, path);
    mkdirSync(dirname(place), { recursive: true });
    execFileSync('sh', ['-c', 'mkfifo "$0"', place]);
  }

  remove(path: string): void {
    rmSync(join(this.hostRoot, path), { recursive: true, force: true });
  }

  /** What Docker writes of a container. */
  docker(number: number, more: object = {}, root = '/var/lib/docker'): void {
    const config = { ID: id(number), Name: '/web', RestartCount: 0, Config: { Image: 'busybox:rig' }, ...more };
    this.write(`${root}/containers/${id(number)}/config.v2.json`, config);
  }

  /** What containerd's CRI plugin writes of a pod's container; of its sandbox without a name. */
  containerd(number: number, pod: FakePod, container: string | null, state = '/run/containerd'): void {
    const type = container === null ? 'sandbox' : 'container';
    this.write(`${state}/io.containerd.runtime.v2.task/k8s.io/${id(number)}/config.json`, {
      ociVersion: '1.0.2',
      annotations: {
        'io.kubernetes.cri.container-type': type,
        'io.kubernetes.cri.sandbox-id': id(9),
        'io.kubernetes.cri.sandbox-name': pod.pod,
        'io.kubernetes.cri.sandbox-namespace': pod.namespace,
        'io.kubernetes.cri.sandbox-uid': pod.podUid,
        ...(container === null
          ? { 'io.kubernetes.cri.sandbox-log-directory': `/srv/logs/${podDirectory(pod)}` }
          : { 'io.kubernetes.cri.container-name': container, 'io.kubernetes.cri.image-name': 'busybox:1' }),
      },
    });
  }

  /** The kubelet's logs of a container, one for each restart. */
  logs(pod: FakePod, container: string, ...restarts: readonly number[]): void {
    mkdirSync(join(this.hostRoot, 'var/log/pods', podDirectory(pod), container), { recursive: true });
    for (const restart of restarts) this.write(`/var/log/pods/${podDirectory(pod)}/${container}/${restart}.log`, '');
  }

  /** The kubelet's link to a container's log. */
  logLink(number: number, pod: FakePod, container: string, restart: number): void {
    const name = `${pod.pod}_${pod.namespace}_${container}-${id(number)}.log`;
    this.link(`/var/log/containers/${name}`, `/var/log/pods/${podDirectory(pod)}/${container}/${restart}.log`);
  }

  /** A process with these files, in a cgroup of its own. @returns the cgroup's directory */
  process(
    pid: number,
    files: Readonly<Record<string, string | Uint8Array>>,
    links: Readonly<Record<string, string>> = {},
  ): string {
    const directory = join(this.procRoot, String(pid));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    for (const [name, target] of Object.entries(links)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      symlinkSync(target, join(directory, name));
    }
    const cgroup = join(this.cgroups, String(pid));
    mkdirSync(cgroup, { recursive: true });
    writeFileSync(join(cgroup, 'cgroup.procs'), `${pid}\n`);
    return cgroup;
  }
}

export function podDirectory({ namespace, pod, podUid }: FakePod): string {
  return `${namespace}_${pod}_${podUid}`;
}

/** What the path says of a container of WEB whose runtime it does not tell. */
export function inPod(number: number, podUid: string = POD): Identity {
  return identify(`/kubepods/burstable/pod${podUid}/${id(number)}`)!;
}

/** A line of mountinfo. */
export function mount(root: string, place: string): string {
  return `89 72 254:0 ${root} ${place} rw,relatime - ext4 /dev/vda rw\n`;
}
