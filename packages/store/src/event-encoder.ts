import { type Column, type RecordedEvent } from '@fgm/catalog';
import { bitmapBytes } from './batch-message.ts';
import { labelOf } from './labels.ts';
import { encodeNumeric, type NumericColumns } from './numeric-columns.ts';
import type { ParquetFile } from './parquet-file.ts';
import type { SegmentInfo } from './segment.ts';
import { encodeText } from './text-column.ts';
import type { Texts } from './texts.ts';

/** Writes events, by container id and time, to a file whose columns are those of the catalog's events table. */
export function writeEvents(
  file: ParquetFile,
  columns: readonly Column[],
  events: readonly RecordedEvent[],
  info: SegmentInfo,
  texts: Texts,
): void {
  const id = (event: RecordedEvent): string =>
    event.entity === null ? '' : (texts.entities.get(event.entity)?.identity.containerId ?? '');
  const sorted = events.toSorted((a, b) => (id(a) < id(b) ? -1 : id(a) > id(b) ? 1 : a.time - b.time));
  for (const column of columns) {
    if (column.type === 'utf8') {
      const runs = {
        texts: sorted.map((event) => textOf(column, event, info, texts)),
        lengths: sorted.map(() => 1),
      };
      file.column(encodeText(column.name, runs, info.compressionLevel));
    } else {
      const numbers = sorted.map((event) => (column.name === 'time' ? event.time : event.pid));
      for (const chunk of encodeNumeric([column], numericColumn(numbers), info.compressionLevel)) file.column(chunk);
    }
  }
  file.endGroup(sorted.length);
}

function textOf(column: Column, event: RecordedEvent, info: SegmentInfo, texts: Texts): string | null {
  if (column.name === 'type') return event.type;
  if (column.name === 'severity') return event.severity;
  if (column.name === 'detail') return JSON.stringify(event.detail);
  return labelOf(column, { entity: event.entity ?? -1, process: -1, mapping: -1 }, info, texts);
}

function numericColumn(numbers: readonly (number | null)[]): NumericColumns {
  const bitmaps = new Uint8Array(bitmapBytes(numbers.length));
  const values = new BigInt64Array(numbers.length);
  let nulls = 0;
  for (const [row, number] of numbers.entries()) {
    if (number === null) nulls++;
    else {
      bitmaps[row >> 3]! |= 1 << (row & 7);
      values[row] = BigInt(Math.trunc(number));
    }
  }
  return { rows: numbers.length, values: new Uint8Array(values.buffer), bitmaps, nulls: [nulls] };
}
