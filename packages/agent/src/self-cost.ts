import type { SelfCost } from './live.ts';
import type { Numbers } from './numbers.ts';

/** What this process has used: CPU in microseconds since it started, at a time in milliseconds of a monotonic clock. */
interface Usage {
  readonly time: number;
  readonly cpuUsec: number;
  readonly lateness: number;
  readonly ticks: number;
}

/** Measures what the recorder costs between two calls. CPU is that of the whole process, all threads, from the kernel. */
export class SelfCostMeter {
  readonly #numbers: Numbers;
  #before: Usage;

  constructor(numbers: Numbers) {
    this.#numbers = numbers;
    this.#before = this.#usage();
  }

  measure(): SelfCost {
    const before = this.#before;
    const now = this.#usage();
    this.#before = now;
    const elapsedUsec = (now.time - before.time) * 1000;
    const ticks = now.ticks - before.ticks;
    const { store } = this.#numbers;
    return {
      cpuMillicores: elapsedUsec > 0 ? ((now.cpuUsec - before.cpuUsec) / elapsedUsec) * 1000 : 0,
      rssBytes: process.memoryUsage.rss(),
      ticks: now.ticks,
      ticksMissed: this.#sum('ticks_missed'),
      rowsWritten: this.#sum('rows'),
      storeBytes: store.get('store_bytes'),
      storeLimitBytes: store.get('store_limit_bytes'),
      latenessUsec: ticks > 0 ? ((now.lateness - before.lateness) / ticks) * 1e6 : 0,
    };
  }

  #usage(): Usage {
    const { user, system } = process.cpuUsage();
    return {
      time: performance.now(),
      cpuUsec: user + system,
      lateness: this.#sum('lateness_sum'),
      ticks: this.#sum('ticks_ok') + this.#sum('ticks_late'),
    };
  }

  #sum(name: 'ticks_missed' | 'ticks_ok' | 'ticks_late' | 'rows' | 'lateness_sum'): number {
    return this.#numbers.samplers.reduce((total, shard) => total + shard.get(name), 0);
  }
}
