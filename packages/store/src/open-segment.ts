import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Layout, SampledTable } from '@fgm/catalog';
import { AppendFile } from './append-file.ts';
import { blockSchema, schemaMessage } from './arrow-schema.ts';
import { SEGMENT_FILE, type SegmentInfo, segmentName, streamFile, TEXTS_FILE, UNFINISHED } from './segment.ts';

/**
 * The segment that is being recorded: a directory of Arrow IPC streams and texts. Nothing here is synced by itself: the
 * page cache survives a killed process; sync() bounds what a power cut takes.
 */
export class OpenSegment {
  readonly directory: string;
  readonly info: SegmentInfo;
  /** The lowest and highest tick appended; Infinity and -Infinity before the first. */
  firstTick = Infinity;
  lastTick = -Infinity;
  rows = 0;
  events = 0;
  readonly #texts: AppendFile;
  readonly #streams = new Map<SampledTable, AppendFile>();
  #infoBytes: number;

  /**
   * @param texts what the rows to come may refer to, as lines of texts.jsonl
   * @throws the error of the system call that failed; nothing is left behind then
   */
  constructor(spool: string, info: SegmentInfo, texts: string) {
    this.info = info;
    this.directory = path.join(spool, segmentName(info));
    // Made under another name, so that what has a segment's name is a whole one.
    const making = path.join(spool, UNFINISHED + segmentName(info));
    // Recursive only where it must be: that reports a read-only file system as ENOENT.
    if (!fs.existsSync(spool)) fs.mkdirSync(spool, { recursive: true, mode: 0o755 });
    if (!fs.existsSync(making)) fs.mkdirSync(making, { mode: 0o750 });
    let file: AppendFile | undefined;
    try {
      const json = JSON.stringify(info);
      this.#infoBytes = Buffer.byteLength(json);
      fs.writeFileSync(path.join(making, SEGMENT_FILE), json, { mode: 0o640 });
      file = new AppendFile(path.join(making, TEXTS_FILE));
      file.append(Buffer.from(texts));
      fs.renameSync(making, this.directory);
    } catch (cause) {
      file?.close();
      fs.rmSync(making, { recursive: true, force: true });
      throw cause;
    }
    this.#texts = file;
  }

  /** Bytes on disk. */
  get bytes(): number {
    let bytes = this.#infoBytes + this.#texts.length;
    for (const stream of this.#streams.values()) bytes += stream.length;
    return bytes;
  }

  /** Appends a record batch (see BlockEncoder). @throws the error of the write; then nothing of it counts. */
  append(layout: Layout, batch: Uint8Array, rows: number, tick: number): void {
    this.#stream(layout).append(batch);
    this.rows += rows;
    if (tick < this.firstTick) this.firstTick = tick;
    if (tick > this.lastTick) this.lastTick = tick;
  }

  /** Appends whole lines. @throws the error of the write; then nothing of it counts. */
  appendTexts(lines: string): void {
    this.#texts.append(Buffer.from(lines));
  }

  sync(): void {
    this.#texts.sync();
    for (const stream of this.#streams.values()) stream.sync();
  }

  close(): void {
    this.#texts.close();
    for (const stream of this.#streams.values()) stream.close();
  }

  #stream(layout: Layout): AppendFile {
    const table = layout.table as SampledTable;
    let stream = this.#streams.get(table);
    if (stream === undefined) {
      const file = path.join(this.directory, streamFile(table));
      fs.rmSync(file, { force: true });
      stream = new AppendFile(file);
      try {
        stream.append(schemaMessage(blockSchema(layout.columns)));
      } catch (cause) {
        stream.close();
        throw cause;
      }
      this.#streams.set(table, stream);
    }
    return stream;
  }
}
