import { type Columns, indexOf, type Layout, mustIndexOf } from '@fgm/catalog';
import type { LiveProcesses } from './live-processes.ts';
import type { FromWriter } from './messages.ts';

/**
 * Collects the requested columns of one tick of `containers`, and its busiest processes, over all samplers, and reports them
 * when the tick is complete.
 */
export class LiveValues {
  readonly #layout: Layout;
  readonly #entity: number;
  readonly #post: (message: FromWriter) => void;
  #columns: readonly number[] | null = null;
  #tick = -Infinity;
  #reported = -Infinity;
  #entities: number[] = [];
  #values: (number | null)[][] = [];
  readonly #processes: LiveProcesses;

  constructor(layout: Layout, processes: LiveProcesses, post: (message: FromWriter) => void) {
    this.#processes = processes;
    this.#layout = layout;
    this.#entity = mustIndexOf(layout, 'entity');
    this.#post = post;
  }

  /** Asks for these columns from now on; a name that the table does not have gives nulls. Null asks for none. */
  request(names: readonly string[] | null): void {
    this.#columns = names === null ? null : names.map((name) => indexOf(this.#layout, name));
    this.#reset(-Infinity);
  }

  /** Takes the rows of a slot. */
  add(block: Columns, rows: number, tick: number): void {
    // Somebody new, read between two ticks, bears the number of the one that was reported: the next one shows all of them.
    if (this.#columns === null || tick === this.#reported) return;
    if (tick !== this.#tick) {
      this.report();
      this.#reset(tick);
    }
    for (let row = 0; row < rows; row++) this.#entities.push(block.getInt(this.#entity, row));
    for (const [index, column] of this.#columns.entries()) {
      for (let row = 0; row < rows; row++) this.#values[index]!.push(this.#value(block, column, row));
    }
  }

  /** Takes the rows of a slot of `processes`. */
  addProcesses(block: Columns, rows: number, tick: number): void {
    if (this.#columns !== null && tick === this.#tick) this.#processes.add(block, rows);
  }

  /** The tick that is being collected; -Infinity when there is none. */
  get tick(): number {
    return this.#tick;
  }

  /** Reports what there is of the tick. */
  report(): void {
    if (this.#columns === null || this.#tick === -Infinity) return;
    const processes = this.#processes.take();
    this.#reported = this.#tick;
    this.#post({ type: 'live', tick: this.#tick, entities: this.#entities, values: this.#values, processes });
    this.#reset(-Infinity);
  }

  #value(block: Columns, column: number, row: number): number | null {
    if (column < 0 || !block.isValid(column, row)) return null;
    return this.#layout.columns[column]!.type === 'double' ? block.getDouble(column, row) : block.getInt(column, row);
  }

  #reset(tick: number): void {
    this.#tick = tick;
    this.#entities = [];
    this.#values = (this.#columns ?? []).map(() => []);
  }
}
