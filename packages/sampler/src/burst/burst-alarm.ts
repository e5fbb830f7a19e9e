import type { Columns } from '@fgm/catalog';
import type { TickColumns, TriggerColumns } from './burst-columns.ts';
import { BurstLevel } from './burst-level.ts';
import { BURST_EVENTS, type BurstTriggers } from './burst-settings.ts';

/** What a check found: the name of a trigger, or null. */
export type Alarm = string | null;

/** Throttling is judged over so many CPU bandwidth periods, one second of them by default. */
const PERIODS = 10;
/** An entity this close to a threshold is watched in full. */
const NEAR = 0.8;

/** Watches one entity's values for its triggers. */
export class BurstAlarm {
  readonly #triggers: BurstTriggers;
  readonly #memory: BurstLevel;
  readonly #throttling: BurstLevel;
  readonly #pressure: BurstLevel;
  /** Per event its counter as it was seen last; -1 before the first time. */
  readonly #counts = new Float64Array(BURST_EVENTS.length).fill(-1);
  /** Counts of the last reading that throttling was judged by; -1 before the first. */
  #periods = -1;
  #throttled = -1;
  #nearMemory = false;
  #nearOthers = false;

  constructor(triggers: BurstTriggers) {
    this.#triggers = triggers;
    this.#memory = new BurstLevel(triggers.memory);
    this.#throttling = new BurstLevel(triggers.throttled);
    this.#pressure = new BurstLevel(triggers.pressure);
  }

  /** Whether it is in trouble or near it, by the last checks. */
  get near(): boolean {
    return this.#nearMemory || this.#nearOthers;
  }

  /** Checks a row of a tick. @param time microseconds since the epoch */
  checkTick(columns: Columns, row: number, at: TickColumns, time: number): Alarm {
    this.#nearOthers = false;
    const pressure = this.#checkPressure(columns, row, at, time);
    const throttled = this.#checkThrottling(columns, row, at, time);
    return this.check(columns, row, at, time) ?? throttled ?? pressure;
  }

  /** Checks what changes fast, in a row of a tick or of a sub-tick. Absent values say nothing. */
  check(columns: Columns, row: number, at: TriggerColumns, time: number): Alarm {
    const event = this.#checkCounts(columns, row, at);
    const memory = this.#checkMemory(columns, row, at, time);
    return event ?? memory;
  }

  #checkCounts(columns: Columns, row: number, at: TriggerColumns): Alarm {
    let found: Alarm = null;
    for (let index = 0; index < BURST_EVENTS.length; index++) {
      const column = at.events[index]!;
      if (!columns.isValid(column, row)) continue;
      const count = columns.getInt(column, row);
      const before = this.#counts[index]!;
      this.#counts[index] = count;
      if (before < 0 || count <= before) continue;
      this.#nearOthers = true;
      const name = BURST_EVENTS[index]!;
      if (this.#triggers.events.includes(name)) found ??= name;
    }
    return found;
  }

  #checkMemory(columns: Columns, row: number, at: TriggerColumns, time: number): Alarm {
    if (!columns.isValid(at.memoryPercent, row)) return null;
    const percent = columns.getDouble(at.memoryPercent, row);
    this.#nearMemory = percent >= (this.#triggers.memory ?? 100) * NEAR;
    return this.#memory.crosses(percent, time) ? 'memory' : null;
  }

  #checkThrottling(columns: Columns, row: number, at: TriggerColumns, time: number): Alarm {
    if (!columns.isValid(at.periods, row) || !columns.isValid(at.throttled, row)) return null;
    const periods = columns.getInt(at.periods, row);
    const throttled = columns.getInt(at.throttled, row);
    const passed = periods - this.#periods;
    if (this.#periods >= 0 && throttled > this.#throttled) this.#nearOthers = true;
    if (this.#periods >= 0 && passed >= 0 && passed < PERIODS) return null;
    const share = this.#periods < 0 || passed < 0 ? 0 : ((throttled - this.#throttled) / passed) * 100;
    this.#periods = periods;
    this.#throttled = throttled;
    return this.#throttling.crosses(share, time) ? 'throttled' : null;
  }

  #checkPressure(columns: Columns, row: number, at: TickColumns, time: number): Alarm {
    let most = 0;
    for (let index = 0; index < at.pressure.length; index++) {
      const column = at.pressure[index]!;
      if (columns.isValid(column, row)) most = Math.max(most, columns.getDouble(column, row));
    }
    if (most >= (this.#triggers.pressure ?? 100) * NEAR) this.#nearOthers = true;
    return this.#pressure.crosses(most, time) ? 'pressure' : null;
  }
}
