import { EVENT_COLUMNS, type RecordedEvent } from '@fgm/catalog';
import { eventText } from '../event-text.ts';
import type { SegmentInfo } from '../segment.ts';
import type { GrowingTexts } from '../segment-texts.ts';
import type { Texts } from '../texts.ts';
import type { RowGroup } from './file-places.ts';
import { stretchesOf } from './stretches.ts';
import type { Stretch, TablePart, TextColumn } from './table-part.ts';

/** The events of a window that is being recorded, as many as there were when it was opened. */
export class EventPart implements TablePart {
  readonly table = 'events';
  readonly columns = EVENT_COLUMNS;
  readonly rows: number;
  readonly groups: readonly RowGroup[];
  readonly #events: readonly RecordedEvent[];
  readonly #info: SegmentInfo;
  readonly #texts: Texts;

  /** @returns null when there are none. @throws the error of open(2), ENOENT once the window is closed */
  static open(info: SegmentInfo, texts: GrowingTexts): EventPart | null {
    texts.read();
    return texts.events.length === 0 ? null : new EventPart(texts.events, info, texts.texts);
  }

  private constructor(events: readonly RecordedEvent[], info: SegmentInfo, texts: Texts) {
    const id = ({ entity }: RecordedEvent): string =>
      entity === null ? '' : (texts.entities.get(entity)?.identity.containerId ?? '');
    this.#events = events.toSorted((a, b) => compare(id(a), id(b)) || a.time - b.time);
    this.#info = info;
    this.#texts = texts;
    this.rows = events.length;
    this.groups = [{ first: 0, rows: this.rows }];
  }

  has(column: string): boolean {
    return this.columns.some(({ name }) => name === column);
  }

  stretches(): readonly Stretch[] {
    return stretchesOf(this.texts('container_id', 0, this.rows), 0, this.rows);
  }

  mayHave(): boolean {
    return true;
  }

  numbers(column: string, from: number, to: number): Float64Array {
    const value = ({ time, pid }: RecordedEvent): number =>
      column === 'time' ? time : column === 'pid' ? (pid ?? NaN) : NaN;
    return Float64Array.from(this.#events.slice(from, to), value);
  }

  texts(name: string, from: number, to: number): TextColumn {
    const column = this.columns.find((one) => one.name === name);
    const codes = new Int32Array(to - from).fill(-1);
    const numbers = new Map<string, number>();
    for (const [row, event] of this.#events.slice(from, to).entries()) {
      const text = column === undefined ? null : eventText(column, event, this.#info, this.#texts);
      if (text === null) continue;
      const code = numbers.get(text) ?? numbers.size;
      numbers.set(text, code);
      codes[row] = code;
    }
    return { codes, dictionary: [...numbers.keys()] };
  }

  close(): void {
    // Nothing of it is open.
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
