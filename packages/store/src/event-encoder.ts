import { type Column, type RecordedEvent } from '@fgm/catalog';
import { eventText } from './event-text.ts';
import { NumericBatch } from './numeric-batch.ts';
import { encodeNumeric } from './numeric-columns.ts';
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
  const batch = new NumericBatch(1, sorted.length);
  for (const column of columns) {
    if (column.type === 'utf8') {
      const runs = {
        texts: sorted.map((event) => eventText(column, event, info, texts)),
        lengths: sorted.map(() => 1),
      };
      file.column(encodeText(column.name, runs, info.compressionLevel));
    } else {
      batch.begin([column], sorted.length);
      for (const [row, event] of sorted.entries()) {
        const value = column.name === 'time' ? event.time : event.pid;
        if (value !== null) batch.set(row, BigInt(Math.trunc(value)));
      }
      for (const chunk of encodeNumeric(batch, info.compressionLevel)) file.column(chunk);
    }
  }
  file.endGroup(sorted.length);
}
