import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RuncContainer } from '@fgm/scenarios';
import { takeTurns, type Scene } from './scene.ts';

interface Member {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string | null;
  readonly script: string;
  readonly memoryLimitBytes?: number;
  readonly cpuQuotaUsec?: number;
}

const SPIN = 'while :; do :; done';
const MIB = 2 ** 20;
/** tail keeps the whole of a line that never ends. */
const BALLOON = 'sleep 15; tail /dev/zero; sleep 100000';

/** Pods as containerd with the systemd driver makes them on cgroup v2: one runs out of memory, one is throttled. */
const MEMBERS: readonly Member[] = [
  { namespace: 'shop', pod: 'resizer-6668bc49bd-q7s8t', container: null, script: 'sleep 100000' },
  {
    namespace: 'shop',
    pod: 'resizer-6668bc49bd-q7s8t',
    container: 'resizer',
    script: BALLOON,
    memoryLimitBytes: 24 * MIB,
  },
  { namespace: 'shop', pod: 'checkout-7d9f8b6c5-x2x4z', container: null, script: 'sleep 100000' },
  { namespace: 'shop', pod: 'checkout-7d9f8b6c5-x2x4z', container: 'checkout', script: SPIN, cpuQuotaUsec: 10_000 },
  { namespace: 'kube-system', pod: 'cron-0', container: 'cron', script: 'while :; do sleep 2; date >/tmp/now; done' },
];

/** On a machine with systemd and cgroup v2 that is ours alone. What containerd and the kubelet would leave is written by us. */
export function systemdScene(): Scene {
  const directory = mkdtempSync(join(tmpdir(), 'fgm-systemd-'));
  const host = join(directory, 'host');
  for (const path of ['var/log/pods', 'var/log/containers', 'run/containerd'])
    mkdirSync(join(host, path), { recursive: true });
  const started = new Map<Member, RuncContainer>();
  const run = (member: Member, restart: number): unknown => {
    started.get(member)?.remove();
    return started.set(member, start(member, restart, directory, host));
  };
  const member = (name: string): Member => MEMBERS.find(({ container }) => container === name)!;
  for (const each of MEMBERS) if (each.container !== 'resizer') run(each, 0);
  return {
    cgroup: '/',
    host: { '/var/log': join(host, 'var/log'), '/run/containerd': join(host, 'run/containerd') },
    step: takeTurns([
      { atMs: 20_000, does: () => run(member('resizer'), 0) },
      { atMs: 70_000, does: () => run(member('checkout'), 1) },
    ]),
    stop: async () => {
      for (const container of started.values()) container.remove();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function hex(...parts: readonly (string | number | null)[]): string {
  return createHash('sha256').update(parts.join('/')).digest('hex');
}

function start(member: Member, restart: number, directory: string, host: string): RuncContainer {
  const { pod, container, script, memoryLimitBytes, cpuQuotaUsec } = member;
  const digits = hex(pod);
  const uid = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-');
  const id = hex(pod, container, restart);
  tellNames(member, { uid, id, restart, sandbox: hex(pod, null, 0) }, host);
  const slice = `kubepods-burstable-pod${uid.replaceAll('-', '_')}.slice`;
  return new RuncContainer({
    id,
    cgroup: `${slice}:cri-containerd:${id}`,
    systemd: true,
    args: ['sh', '-c', script],
    directory,
    ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }),
    ...(cpuQuotaUsec === undefined ? {} : { cpuQuotaUsec }),
  });
}

interface Ids {
  readonly uid: string;
  readonly id: string;
  readonly restart: number;
  readonly sandbox: string;
}

/** As containerd's CRI plugin describes a container, and as a kubelet keeps its log. */
function tellNames({ namespace, pod, container }: Member, { uid, id, restart, sandbox }: Ids, host: string): void {
  const bundle = join(host, 'run/containerd/io.containerd.runtime.v2.task/k8s.io', id);
  const logs = `/var/log/pods/${namespace}_${pod}_${uid}`;
  const annotations = {
    'io.kubernetes.cri.container-type': container === null ? 'sandbox' : 'container',
    'io.kubernetes.cri.sandbox-id': sandbox,
    'io.kubernetes.cri.sandbox-namespace': namespace,
    'io.kubernetes.cri.sandbox-name': pod,
    'io.kubernetes.cri.sandbox-uid': uid,
    ...(container === null
      ? { 'io.kubernetes.cri.sandbox-log-directory': logs }
      : {
          'io.kubernetes.cri.container-name': container,
          'io.kubernetes.cri.image-name': `docker.io/library/${container}:1.2`,
        }),
  };
  mkdirSync(bundle, { recursive: true });
  writeFileSync(join(bundle, 'config.json'), JSON.stringify({ ociVersion: '1.0.2', annotations }));
  if (container === null) return;
  mkdirSync(join(host, logs, container), { recursive: true });
  writeFileSync(join(host, logs, container, `${restart}.log`), '');
  const link = join(host, 'var/log/containers', `${pod}_${namespace}_${container}-${id}.log`);
  symlinkSync(`${logs}/${container}/${restart}.log`, link);
}
