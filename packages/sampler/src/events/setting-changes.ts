import type { Columns } from '@fgm/catalog';
import type { EventColumns } from './event-columns.ts';

/** What a setting was and is; null: no limit. */
export type SettingChange = Readonly<Record<string, { readonly from: number | null; readonly to: number | null }>>;

/** Runtimes write the settings of a new cgroup one after the other: so long they make it, and change nothing. Microseconds. */
const MAKING_USEC = 1_000_000;
const UNKNOWN = -2;
const ABSENT = -1;

/** The settings of one entity as last read, and what somebody has changed in them since. */
export class SettingChanges {
  readonly #at: EventColumns;
  readonly #last: Float64Array;
  #since = -1;

  constructor(at: EventColumns) {
    this.#at = at;
    this.#last = new Float64Array(at.settings.length).fill(UNKNOWN);
  }

  /** The next reading is of other files: what differs then is no change. */
  forget(): void {
    this.#last.fill(UNKNOWN);
  }

  /**
   * To be called after the settings were read. Null when nobody has changed anything.
   * @param fresh whether the entity was made while it was watched
   */
  observe(columns: Columns, row: number, time: number, fresh: boolean): SettingChange | null {
    if (this.#since < 0) this.#since = time;
    const making = fresh && time - this.#since < MAKING_USEC;
    let changes: Record<string, { from: number | null; to: number | null }> | null = null;
    for (let index = 0; index < this.#last.length; index++) {
      const { name, column, unlimited } = this.#at.settings[index]!;
      const now = columns.isValid(column, row) ? columns.getInt(column, row) : ABSENT;
      const before = this.#last[index]!;
      if (now === before) continue;
      this.#last[index] = now;
      // A file that comes or goes with its controller is no setting that somebody has changed.
      if (making || before === UNKNOWN || (!unlimited && (now === ABSENT || before === ABSENT))) continue;
      changes ??= {};
      changes[name] = { from: before === ABSENT ? null : before, to: now === ABSENT ? null : now };
    }
    return changes;
  }
}
