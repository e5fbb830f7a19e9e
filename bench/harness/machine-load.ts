import { readFileSync } from 'node:fs';

/** What the machine's CPUs have done so far, all of them together, in clock ticks. */
interface CpuTime {
  readonly busy: number;
  readonly stolen: number;
  readonly all: number;
}

function cpuTime(): CpuTime {
  const [user, nice, system, idle, iowait, irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
    .split('\n')[0]!
    .split(/ +/)
    .slice(1)
    .map(Number) as [number, number, number, number, number, number, number, number];
  const busy = user + nice + system + irq + softirq;
  return { busy, stolen: steal, all: busy + steal + idle + iowait };
}

/** Watches how much of the machine is in use while something is measured: a figure is worth as much as its surroundings are quiet. */
export class MachineLoad {
  readonly #start = cpuTime();

  /** Since it was made, for people: `machine 12 % busy, 0.1 % stolen`. */
  describe(): string {
    const now = cpuTime();
    const share = (pick: (time: CpuTime) => number): string =>
      (((pick(now) - pick(this.#start)) / (now.all - this.#start.all)) * 100).toFixed(1);
    return `machine ${share(({ busy }) => busy)} % busy, ${share(({ stolen }) => stolen)} % stolen`;
  }
}
