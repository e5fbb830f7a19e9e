import { RuncContainer, cgroupMounts, containerId, whyNot } from '@fgm/testkit';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { FgmProcess } from './harness/fgm-process.ts';
import { errorsIn, rowsOf, until, type Row } from './harness/recording.ts';

const PACE = ['--interval', '200ms', '--rotation', '1s', '--scope', 'containers'];
const POD_CPU_USEC = 50_000;
const POD_MEMORY = 96 << 20;

/** Writes a limit into a cgroup above the container: the v2 file, or the v1 files where v1 has the controller. */
function limitPod(pod: string): void {
  const { v2, cpu, memory } = cgroupMounts();
  if (cpu !== undefined) writeFileSync(join(cpu, pod, 'cpu.cfs_quota_us'), `${POD_CPU_USEC}`);
  else writeFileSync(join(v2!, pod, 'cpu.max'), `${POD_CPU_USEC} 100000`);
  if (memory !== undefined) writeFileSync(join(memory, pod, 'memory.limit_in_bytes'), `${POD_MEMORY}`);
  else writeFileSync(join(v2!, pod, 'memory.max'), `${POD_MEMORY}`);
}

interface Kubelet {
  readonly name: string;
  readonly cgroup: (uid: string, id: string) => string;
  readonly runtime: string | null;
  readonly qos: string;
}

const KUBELETS: readonly Kubelet[] = [
  {
    name: 'cgroupfs driver',
    cgroup: (uid, id) => `/kubepods/burstable/pod${uid}/${id}`,
    runtime: null,
    qos: 'Burstable',
  },
  {
    name: 'cgroupfs driver, guaranteed',
    cgroup: (uid, id) => `/kubepods/pod${uid}/${id}`,
    runtime: null,
    qos: 'Guaranteed',
  },
  {
    name: 'systemd driver',
    cgroup: (uid, id) =>
      `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${uid.replaceAll('-', '_')}.slice/cri-containerd-${id}.scope`,
    runtime: 'containerd',
    qos: 'BestEffort',
  },
];

for (const { name, cgroup: pathOf, runtime, qos } of KUBELETS) {
  t.test(`a pod's container: ${name}`, { skip: whyNot('runc') }, async (t) => {
    const directory = join(t.testdir(), 'data');
    const uid = randomUUID();
    const id = containerId();
    const cgroup = pathOf(uid, id);
    const fgm = await FgmProcess.start(t, directory, PACE);
    const created = Date.now();
    const container = new RuncContainer({
      cgroup,
      id,
      args: ['sh', '-c', 'while :; do :; done'],
      memoryLimitBytes: 256 << 20,
    });
    let removed = false;
    t.teardown(() => removed || container.remove());
    limitPod(dirname(cgroup));
    const rows = async (): Promise<Row[]> =>
      (await rowsOf(directory, 'containers')).filter((row) => row['container_id'] === id);
    // Limits above are read with the settings, every ten seconds.
    await until(
      'its limit is recorded',
      async () => (await rows()).some((row) => row['cpu_limit_millicores'] === 500),
      60_000,
    );
    container.remove();
    removed = true;
    const end = Date.now();
    await fgm.ticks(3);
    t.equal((await fgm.stop()).code, 0);

    const recorded = await rows();
    const last = recorded.findLast((row) => row['memory_max_bytes'] !== null)!;
    t.match(last, { container_id: id, cgroup, runtime, qos, pod_uid: uid, scope: 'container', node: 'box' });
    t.equal(last['memory_max_bytes'], BigInt(256 << 20), 'its own limit');
    t.equal(
      last['cpu_limit_millicores'],
      500,
      'the limit of its pod, which is tighter than its own, is the one it has',
    );
    const percent = (Number(last['memory_current_bytes']) / POD_MEMORY) * 100;
    t.ok(Math.abs(Number(last['memory_percent']) - percent) < 1e-9, 'its share of the limit of its pod');
    const usage = recorded.map((row) => Number(row['cpu_stat_usage_usec']));
    t.ok(usage.at(-1)! > usage[0]!, 'it runs');
    const times = recorded.map(({ time }) => (time as Date).getTime());
    t.ok(times[0]! >= created && times[0]! - created < 5000 && times.at(-1)! <= end, 'from its start to its end');
    t.ok(
      recorded.every(
        (row) =>
          row['process_count'] === 1n ||
          row['process_count'] === null ||
          row === recorded.at(-1) ||
          Number(row['process_count']) <= 3,
      ),
    );
    const processes = (await rowsOf(directory, 'processes')).filter((row) => row['container_id'] === id);
    t.match(processes.at(-1), { comm: 'sh', pid: BigInt(container.pid), pod_uid: uid });
    const events = (await rowsOf(directory, 'events')).filter((row) => row['container_id'] === id);
    t.same(
      new Set(events.map(({ type }) => type).filter((type) => !String(type).startsWith('cpu_throttled'))),
      new Set(['container_start', 'process_start', 'process_exit', 'container_stop']),
    );
    for (const mount of Object.values(cgroupMounts())) t.notOk(existsSync(join(mount, cgroup)), 'nothing is left');
  });
}

const both = cgroupMounts().cpuacct !== undefined && cgroupMounts().v2 !== undefined;

t.test(
  'CPU time is told by one hierarchy, whichever directory goes first',
  { skip: whyNot('runc') || (!both && 'no v2 tree beside v1 controllers') },
  async (t) => {
    const { cpuacct, v2 } = cgroupMounts();
    const directory = join(t.testdir(), 'data');
    const fgm = await FgmProcess.start(t, directory, PACE);
    const id = containerId();
    const cgroup = `/kubepods/besteffort/pod${randomUUID()}/${id}`;
    const container = new RuncContainer({ cgroup, id, args: ['sh', '-c', 'while :; do :; done'] });
    t.teardown(() => container.remove());
    const rows = async (): Promise<Row[]> =>
      (await rowsOf(directory, 'containers')).filter((row) => row['container_id'] === id);
    await until('it runs', async () => (await rows()).some((row) => Number(row['cpu_stat_usage_usec']) > 200_000));
    process.kill(container.pid, 'SIGKILL');
    await until('its end is known', async () => (await fgm.metric('fgm_container_stops_total')) > 0);
    const final = Math.floor(Number(readFileSync(join(cpuacct!, cgroup, 'cpuacct.usage'), 'utf8')) / 1000);
    rmdirSync(join(cpuacct!, cgroup));
    await fgm.ticks(3);
    // The other tree has counted from another instant, and is there until the runtime removes it.
    t.ok(existsSync(join(v2!, cgroup, 'cpu.stat')));
    const pids = Object.entries(cgroupMounts()).find(([hierarchy]) => hierarchy === 'pids')?.[1];
    if (pids !== undefined) rmdirSync(join(pids, cgroup));
    await fgm.ticks(2);
    t.equal((await fgm.stop()).code, 0);
    const usage = (await rows()).map((row) => row['cpu_stat_usage_usec']).filter((value) => value !== null);
    t.equal(Number(usage.at(-1)), final);
    t.same(
      usage.map(Number),
      usage.map(Number).toSorted((left, right) => left - right),
    );
    t.same(errorsIn(directory), []);
  },
);
