import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeContainer } from './fake-container.ts';
import { FakeProcess } from './fake-process.ts';

export interface FakeTreeOptions {
  readonly containers: number;
  /** In each container. */
  readonly processes: number;
}

/**
 * A directory that looks like /proc and a cgroup v2 tree of a node with pods: the same every time, so that what is read can be
 * compared with what was written. Its files keep their inodes when they change. What a directory cannot do: a removed one
 * does not fail with ENODEV on what is still open.
 */
export class FakeTree {
  readonly procRoot: string;
  readonly cgroupRoot: string;
  readonly containers: FakeContainer[] = [];
  readonly #processesEach: number;
  #nextContainer = 1;
  #nextPid = 1000;

  constructor(directory: string, { containers, processes }: FakeTreeOptions) {
    this.procRoot = join(directory, 'proc');
    this.cgroupRoot = join(directory, 'cgroup');
    this.#processesEach = processes;
    mkdirSync(this.cgroupRoot, { recursive: true });
    writeFileSync(join(this.cgroupRoot, 'cgroup.controllers'), 'cpuset cpu io memory pids\n');
    writeFileSync(join(this.cgroupRoot, 'cgroup.procs'), '');
    this.#writeMachine();
    for (let left = containers; left > 0; left--) this.add();
  }

  /** One more container with its processes, as a pod of its own below kubepods.slice. */
  add(): FakeContainer {
    const number = this.#nextContainer++;
    const id = number.toString(16).padStart(4, '0').repeat(16);
    const uid = `${number.toString(16).padStart(8, '0')}_0000_4000_8000_000000000000`;
    const slice = `kubepods-burstable-pod${uid}.slice`;
    const cgroup = `/kubepods.slice/kubepods-burstable.slice/${slice}/cri-containerd-${id}.scope`;
    const container = new FakeContainer(this.cgroupRoot, cgroup, id);
    for (let left = this.#processesEach; left > 0; left--) {
      const pid = this.#nextPid++;
      container.processes.push(new FakeProcess(this.procRoot, pid, 5000 + pid));
    }
    container.write();
    this.containers.push(container);
    return container;
  }

  /** Takes a container away, processes and directories. */
  remove(container: FakeContainer): void {
    this.containers.splice(this.containers.indexOf(container), 1);
    container.remove();
  }

  /** A second passes, in which the first `active` containers (all by default) work. */
  tick(active = this.containers.length): void {
    for (const [index, container] of this.containers.slice(0, active).entries()) {
      container.work(20_000 + 1000 * (index % 10));
      container.write();
    }
  }

  #writeMachine(): void {
    mkdirSync(this.procRoot, { recursive: true });
    const files = {
      stat: 'cpu  1000 0 500 90000 10 0 5 0 0 0\ncpu0 500 0 250 45000 5 0 3 0 0 0\ncpu1 500 0 250 45000 5 0 2 0 0 0\nbtime 1790000000\nprocesses 5000\n',
      uptime: '12345.67 24000.00\n',
      meminfo: 'MemTotal:       16384000 kB\nMemFree:         8192000 kB\nMemAvailable:   12288000 kB\n',
      loadavg: '0.10 0.20 0.30 1/200 5000\n',
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(this.procRoot, name), content);
  }
}
