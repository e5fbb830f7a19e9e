import { existsSync, readdirSync, readFileSync } from 'node:fs';
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
  /** Of the first CPU's clock; null where the machine does not say. */
  readonly governor: string | null;
  /** What the kernel does against each hole of the CPU, where it is one: this makes system calls dearer. */
  readonly mitigations: Readonly<Record<string, string>>;
}

const CPUS = '/sys/devices/system/cpu';

function governor(): string | null {
  const path = `${CPUS}/cpu0/cpufreq/scaling_governor`;
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
}

/** https://docs.kernel.org/admin-guide/hw-vuln/index.html */
function mitigations(): Record<string, string> {
  const directory = `${CPUS}/vulnerabilities`;
  const names = existsSync(directory) ? readdirSync(directory).sort() : [];
  const states = names.map((name) => [name, readFileSync(`${directory}/${name}`, 'utf8').trim()] as const);
  return Object.fromEntries(states.filter(([, state]) => state !== 'Not affected'));
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
    governor: governor(),
    mitigations: mitigations(),
  };
}

/** For people: two lines. */
export function machineLine(machine: Machine): string {
  const { cpu, cpus: count, memoryBytes, kernel, node, virtual, loadAverage } = machine;
  const memory = `${Math.round(memoryBytes / 2 ** 30)} GiB`;
  const mitigated = Object.entries(machine.mitigations).filter(([, state]) => state.startsWith('Mitigation'));
  return [
    `${cpu}${virtual ? ' (virtual)' : ''}, ${count} CPUs, ${memory}, Linux ${kernel}, Node.js ${node}`,
    `load ${loadAverage}, governor ${machine.governor ?? 'unknown'}, mitigations ${mitigated.map(([name]) => name).join(' ') || 'none'}`,
  ].join('\n');
}
