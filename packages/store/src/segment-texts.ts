import * as fs from 'node:fs';
import * as path from 'node:path';
import type { RecordedEvent } from '@fgm/catalog';
import { TEXTS_FILE } from './segment.ts';
import { decodeLines, Texts } from './texts.ts';
import { READ_FLAGS } from './read-flags.ts';

/** Reads texts.jsonl; a last line that was cut short does not count. */
export function readTexts(directory: string): { texts: Texts; events: RecordedEvent[]; damagedLines: number } {
  const texts = new Texts();
  const events: RecordedEvent[] = [];
  let damagedLines = 0;
  for (const line of decodeLines(fs.readFileSync(path.join(directory, TEXTS_FILE), 'utf8'))) {
    if (line === null) damagedLines++;
    else if ('event' in line) events.push(line.event);
    else texts.add(line);
  }
  return { texts, events, damagedLines };
}

const LF = 0x0a;
const READ_BYTES = 1 << 18;

/** What texts.jsonl of a segment says so far: a reader that follows it reads only what has been added. */
export class GrowingTexts {
  readonly texts = new Texts();
  readonly events: RecordedEvent[] = [];
  readonly #file: string;
  /** Bytes of whole lines that have been read. */
  #done = 0;

  constructor(directory: string) {
    this.#file = path.join(directory, TEXTS_FILE);
  }

  /** Reads what has been added. @throws the error of open(2) or read(2) */
  read(): void {
    const fd = fs.openSync(this.#file, READ_FLAGS);
    try {
      for (;;) {
        const added = Buffer.allocUnsafe(READ_BYTES);
        const bytes = fs.readSync(fd, added, 0, READ_BYTES, this.#done);
        const whole = this.#wholeLines(fd, added.subarray(0, bytes));
        if (whole.length === 0) return;
        this.#add(whole);
        this.#done += whole.length;
      }
    } finally {
      fs.closeSync(fd);
    }
  }

  /** Up to the last line feed; more is read where a line is longer than what was read. */
  #wholeLines(fd: number, bytes: Buffer): Buffer {
    const end = bytes.lastIndexOf(LF) + 1;
    if (end > 0 || bytes.length < READ_BYTES) return bytes.subarray(0, end);
    const rest = Buffer.allocUnsafe(fs.fstatSync(fd).size - this.#done);
    const all = rest.subarray(0, fs.readSync(fd, rest, 0, rest.length, this.#done));
    return all.subarray(0, all.lastIndexOf(LF) + 1);
  }

  #add(lines: Buffer): void {
    for (const line of decodeLines(lines.toString())) {
      if (line === null) continue;
      if ('event' in line) this.events.push(line.event);
      else this.texts.add(line);
    }
  }
}
