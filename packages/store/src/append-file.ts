import * as fs from 'node:fs';

/**
 * A file that only grows. Every write says where it goes, so that a write that failed halfway is written over by the
 * next one and readers find whole records up to the last one, which may be cut short.
 */
export class AppendFile {
  readonly path: string;
  readonly #fd: number;
  #length = 0;

  /** @throws when the file cannot be made, or is there already. */
  constructor(path: string) {
    this.path = path;
    this.#fd = fs.openSync(path, 'wx', 0o640);
  }

  /** Bytes that are completely written. */
  get length(): number {
    return this.#length;
  }

  /** @throws the error of write(2); the file's length is then what it was. */
  append(bytes: Uint8Array): void {
    let done = 0;
    while (done < bytes.length) {
      const written = fs.writeSync(this.#fd, bytes, done, bytes.length - done, this.#length + done);
      // A file system that takes nothing and gives no error would keep us here for ever.
      if (written === 0) throw Object.assign(new Error(`${this.path}: nothing was written`), { code: 'EIO' });
      done += written;
    }
    this.#length += bytes.length;
  }

  sync(): void {
    fs.fdatasyncSync(this.#fd);
  }

  close(): void {
    fs.closeSync(this.#fd);
  }
}
