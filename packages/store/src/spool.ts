import type { Layout, RecordedEvent } from '@fgm/catalog';
import { Backlog, type Waiting } from './backlog.ts';
import { BlockEncoder } from './block-encoder.ts';
import { errnoOf } from './directory.ts';
import { OpenSegment } from './open-segment.ts';
import type { SegmentInfo } from './segment.ts';
import { encodeLine, type TextLine } from './texts.ts';

/** Bytes of record batches that are kept in memory while the disk takes nothing. */
const BACKLOG_BYTES = 16 << 20;

export interface SpoolHooks {
  /** Makes room for this many bytes, or says that there is none. */
  readonly makeRoom: (bytes: number) => boolean;
  /** A write failed; `first` when the last one had not. */
  readonly failed: (errno: string, message: string, first: boolean) => void;
  /** Writing works again. */
  readonly mended: () => void;
  /** No new segment could be made, so the old one goes on; null when one could be made after all. */
  readonly stuck: (cause: Error | null) => void;
}

/**
 * The way of rows and texts into the open segment. What the disk refuses is kept in memory, newest first, and tried again:
 * sampling goes on, and nothing but the oldest of it is lost.
 */
export class Spool {
  segment: OpenSegment;
  /** Errno of the last write, null when it worked. */
  failing: string | null = null;
  bytesWritten = 0;
  /** By table. What waits in memory is not among them. */
  readonly rowsWritten = new Map<string, number>();
  readonly #spool: string;
  readonly #hooks: SpoolHooks;
  readonly #backlog = new Backlog(BACKLOG_BYTES);
  #stuck = false;
  readonly #encoders = new Map<Layout, BlockEncoder>();

  /** @throws the error that kept the first segment from being made */
  constructor(spool: string, info: SegmentInfo, texts: string, hooks: SpoolHooks) {
    this.#spool = spool;
    this.#hooks = hooks;
    this.segment = new OpenSegment(spool, info, texts);
  }

  get batchesDropped(): number {
    return this.#backlog.dropped;
  }

  get batchesWaiting(): number {
    return this.#backlog.batches;
  }

  appendRows(layout: Layout, block: Uint8Array, rows: number, tick: number): void {
    let encoder = this.#encoders.get(layout);
    if (encoder === undefined) this.#encoders.set(layout, (encoder = new BlockEncoder(layout)));
    const batch = encoder.encode(block, rows);
    this.#append({ layout, batch, rows, tick });
  }

  appendTexts(lines: readonly TextLine[]): void {
    if (lines.length > 0) this.#append({ lines: lines.map(encodeLine).join('') });
  }

  appendEvent(event: RecordedEvent): void {
    this.segment.events++;
    this.appendTexts([{ event }]);
  }

  /** Tries again to write what is in memory. */
  retry(): void {
    if (!this.#backlog.empty) this.#report(refusal(() => this.#backlog.drain((item) => this.#write(item))));
  }

  /** Goes on in a new segment and returns the old one, closed; null, and all as before, when that is not possible. */
  rotate(info: SegmentInfo, texts: string): OpenSegment | null {
    this.retry();
    if (!this.#backlog.empty) return null;
    const closed = this.segment;
    const cause = refusal(() => (this.segment = new OpenSegment(this.#spool, info, texts)));
    if (cause !== null || this.#stuck) this.#hooks.stuck(cause);
    this.#stuck = cause !== null;
    if (cause !== null) return null;
    closed.close();
    return closed;
  }

  sync(): void {
    if (this.#backlog.empty) this.#report(refusal(() => this.segment.sync()));
  }

  #append(item: Waiting): void {
    const cause = this.#backlog.empty ? refusal(() => this.#write(item)) : null;
    // Kept before the failure is reported, because the report is an event that must come after it.
    // The encoder's bytes are used again by the next batch.
    if (cause !== null || !this.#backlog.empty)
      this.#backlog.add('batch' in item ? { ...item, batch: item.batch.slice() } : item);
    if (this.#backlog.empty || cause !== null) this.#report(cause);
  }

  #write(item: Waiting): void {
    const bytes = 'batch' in item ? item.batch.length : item.lines.length;
    if (!this.#hooks.makeRoom(bytes)) {
      throw Object.assign(new Error('the data directory is at its limit'), { code: 'EDQUOT' });
    }
    if ('batch' in item) {
      const { layout, batch, rows, tick } = item;
      this.segment.append(layout, batch, rows, tick);
      this.rowsWritten.set(layout.table, (this.rowsWritten.get(layout.table) ?? 0) + rows);
    } else this.segment.appendTexts(item.lines);
    this.bytesWritten += bytes;
  }

  #report(cause: Error | null): void {
    const before = this.failing;
    this.failing = cause === null ? null : errnoOf(cause);
    if (cause !== null) this.#hooks.failed(this.failing!, cause.message, before === null);
    else if (before !== null) this.#hooks.mended();
  }
}

/** What the system said no with, or null. @throws what is not a system call's error */
function refusal(action: () => void): Error | null {
  try {
    action();
    return null;
  } catch (cause) {
    if (errnoOf(cause) === null) throw cause;
    return cause as Error;
  }
}
