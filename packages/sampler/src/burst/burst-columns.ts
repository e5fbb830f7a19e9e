import { mustIndexOf, type Layout } from '@fgm/catalog';

/** Column numbers of `bursts`, or of `containers`: both have those that triggers look at. */
export class TriggerColumns {
  readonly memory: number;
  readonly memoryPercent: number;
  readonly usage: number;
  readonly periods: number;
  readonly throttled: number;
  /** In the order of BURST_EVENTS. */
  readonly events: readonly number[];

  constructor(layout: Layout) {
    const at = (name: string): number => mustIndexOf(layout, name);
    this.memory = at('memory_current_bytes');
    this.memoryPercent = at('memory_percent');
    this.usage = at('cpu_stat_usage_usec');
    this.periods = at('cpu_stat_nr_periods');
    this.throttled = at('cpu_stat_nr_throttled');
    this.events = ['memory_events_oom_kill', 'memory_events_high', 'memory_events_max'].map(at);
  }
}

/** Of `containers` alone. */
export class TickColumns extends TriggerColumns {
  /** Ten-second averages of the time in which some task waited. */
  readonly pressure: readonly number[];
  /** For each metric of `bursts` its column in `containers`, by its number in `bursts`; -1 for the leading columns. */
  readonly source: Int32Array;
  /** For each column of `bursts` whether it is a counter. */
  readonly counters: Uint8Array;

  constructor(containers: Layout, bursts: Layout, leading: number) {
    super(containers);
    this.pressure = ['cpu', 'memory', 'io'].map((name) => mustIndexOf(containers, `${name}_pressure_some_avg10`));
    this.source = Int32Array.from(bursts.columns, ({ name }, column) =>
      column < leading ? -1 : mustIndexOf(containers, name),
    );
    this.counters = Uint8Array.from(bursts.columns, ({ kind }) => (kind === 'counter' ? 1 : 0));
  }
}
