import { MALFORMED, OK, type Status } from '@fgm/catalog';
import { accept, Cursor, LF, NUMBER, scanUnsigned } from './scan.ts';

/** PID_MAX_LIMIT is 2^22; this is what fits. */
const LARGEST_PID = 0x7fffffff;

/*
 * cgroup.procs of cgroup v2 and v1: process ids, one a line.
 *
 *     1
 *     5188
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#core-interface-files
 *
 * Not sorted, and a process can be listed twice when it moved or its id was used again while the list was read. 0 stands for
 * a process outside the reader's pid namespace. Unlike the other files it is longer than one read.
 */
export class PidList {
  /** The first `length` are those of the last parse(). */
  values = new Int32Array(64);
  length = 0;
  readonly #cursor = new Cursor();

  /** Takes the ids of this text in place of the former ones. After MALFORMED the list is empty. */
  parse(bytes: Uint8Array, length: number): Status {
    this.length = 0;
    if (length === 0) return OK;
    const cursor = this.#cursor;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    while (cursor.at < cursor.end) {
      const found = scanUnsigned(cursor, 0);
      if (found !== NUMBER || cursor.number[0]! > LARGEST_PID || !accept(cursor, LF)) {
        this.length = 0;
        return MALFORMED + cursor.at;
      }
      if (this.length === this.values.length) this.#grow();
      this.values[this.length++] = cursor.number[0]!;
    }
    return OK;
  }

  #grow(): void {
    const larger = new Int32Array(this.values.length * 2);
    larger.set(this.values);
    this.values = larger;
  }
}
