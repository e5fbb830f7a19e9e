import { CgroupSandbox, compile, containerId } from '@fgm/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../load/load.c', import.meta.url));

export interface LoadOptions {
  readonly containers: number;
  /** In each container. */
  readonly processes: number;
  /** Of them, those that do something each second. */
  readonly active: number;
  /** Memory each process touches. */
  readonly touchBytes: number;
}

export interface LoadedContainer {
  readonly id: string;
  /** Its directories, one for each hierarchy of the machine. */
  readonly directories: readonly string[];
  readonly below: string;
  readonly process: ChildProcess;
}

/**
 * Containers as far as the kernel knows them: cgroups with the paths of a kubelet, in every hierarchy of the machine, and small
 * processes inside.
 */
export class Load {
  readonly sandbox = new CgroupSandbox('fgm-bench');
  readonly containers = new Set<LoadedContainer>();

  static async start(options: LoadOptions): Promise<Load> {
    const load = new Load();
    for (let left = options.containers; left > 0; left--) await load.add(options);
    return load;
  }

  async add({ processes, active, touchBytes }: Omit<LoadOptions, 'containers'>): Promise<LoadedContainer> {
    const id = containerId();
    const below = `kubepods/burstable/pod${randomUUID()}/${id}`;
    const directories = [...new Set(Object.values(this.sandbox.make(below)))];
    const numbers = [processes, active, touchBytes].map(String);
    const procs = directories.map((directory) => join(directory, 'cgroup.procs'));
    const process = spawn(compile(SOURCE), [...numbers, ...procs], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(process.stdout, 'data');
    const container = { id, directories, below, process };
    this.containers.add(container);
    return container;
  }

  /** Ends a container's processes and removes its cgroups, its pod's too. */
  async remove(container: LoadedContainer): Promise<void> {
    this.containers.delete(container);
    const gone = container.process.exitCode === null ? once(container.process, 'exit') : undefined;
    container.process.stdin?.end();
    await gone;
    this.sandbox.remove(join(container.below, '..'));
  }

  pids(): string[] {
    const first = [...this.containers].map(({ directories }) => directories[0]!);
    return first.flatMap((directory) => readFileSync(join(directory, 'cgroup.procs'), 'utf8').split('\n').slice(0, -1));
  }

  close(): void {
    for (const { process } of this.containers) process.stdin?.end();
    this.sandbox.close();
  }
}
