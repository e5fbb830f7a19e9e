import type { Logger } from 'pino';
import type { Numbers } from './numbers.ts';
import { SelfCostMeter } from './self-cost.ts';

const MINUTE_MS = 60_000;

/** What the recorder has done so far, for the log: one line a tick at debug, one a minute at info. */
export class Summary {
  readonly #numbers: Numbers;
  readonly #log: Logger;
  readonly #perTick: SelfCostMeter;
  readonly #perMinute: SelfCostMeter;
  #timers: NodeJS.Timeout[] = [];

  constructor(numbers: Numbers, log: Logger) {
    this.#numbers = numbers;
    this.#log = log;
    this.#perTick = new SelfCostMeter(numbers);
    this.#perMinute = new SelfCostMeter(numbers);
  }

  start(intervalMs: number): void {
    this.#timers.push(setInterval(() => this.#log.info(this.#line(this.#perMinute), 'minute'), MINUTE_MS).unref());
    // Where debug is switched off, and could only be switched on by SIGHUP, the timer does next to nothing.
    const tick = (): void => {
      if (this.#log.isLevelEnabled('debug')) this.#log.debug(this.#line(this.#perTick), 'tick');
    };
    this.#timers.push(setInterval(tick, intervalMs).unref());
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }

  /** Totals of the whole run. */
  total(): Record<string, number> {
    const { samplers, store } = this.#numbers;
    const sum = (name: Parameters<(typeof samplers)[number]['get']>[0]): number =>
      samplers.reduce((total, shard) => total + shard.get(name), 0);
    return {
      ticks: Math.max(...samplers.map((shard) => shard.get('ticks_ok') + shard.get('ticks_late'))),
      ticksLate: sum('ticks_late'),
      ticksMissed: sum('ticks_missed'),
      entities: sum('entities_container') + sum('entities_sandbox') + sum('entities_service') + sum('entities_host'),
      processes: sum('processes'),
      rows: sum('rows'),
      storeBytes: store.get('store_bytes'),
    };
  }

  #line(meter: SelfCostMeter): Record<string, number> {
    const { cpuMillicores, rssBytes, latenessUsec } = meter.measure();
    return {
      ...this.total(),
      cpuMillicores: Math.round(cpuMillicores * 10) / 10,
      rssBytes,
      latenessUsec: Math.round(latenessUsec),
    };
  }
}
