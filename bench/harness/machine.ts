import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem } from 'node:os';

/** What a reader must know of the machine to judge a number. */
export interface Machine {
  readonly cpu: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly arch: string;
  readonly node: string;
  readonly virtual: boolean;
  readonly loadAverage: string;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: release(),
    arch: arch(),
    node: process.version,
    virtual: / hypervisor/.test(readFileSync('/proc/cpuinfo', 'utf8')),
    loadAverage: readFileSync('/proc/loadavg', 'utf8').trim(),
  };
}

export function machineLine({ cpu, cpus: count, memoryBytes, kernel, node, virtual, loadAverage }: Machine): string {
  const memory = `${Math.round(memoryBytes / 2 ** 30)} GiB`;
  return `${cpu}${virtual ? ' (virtual)' : ''}, ${count} CPUs, ${memory}, Linux ${kernel}, Node.js ${node}, load ${loadAverage}`;
}
