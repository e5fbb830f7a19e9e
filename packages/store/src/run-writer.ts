/**
 * Writes values as run lengths in Parquet's hybrid of run lengths and bit-packed values: each run is a varint of twice its
 * length, then its value. Definition levels and dictionary indices stand in it.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
export class RunWriter {
  /** Bits of a value. */
  readonly width: number;
  readonly #bytes: number[] = [];
  #value = 0;
  #length = 0;

  constructor(width: number) {
    this.width = width;
  }

  add(value: number, length: number): void {
    if (length === 0) return;
    if (value !== this.#value) this.#flush();
    this.#value = value;
    this.#length += length;
  }

  result(): Uint8Array {
    this.#flush();
    return Uint8Array.from(this.#bytes);
  }

  #flush(): void {
    if (this.#length === 0) return;
    pushVarint(this.#bytes, this.#length * 2);
    for (let bits = 0; bits < this.width; bits += 8) this.#bytes.push((this.#value >>> bits) & 0xff);
    this.#length = 0;
  }
}

/** Values of one bit as one run of the other kind, bit-packed: the first is the lowest bit of the first byte. */
export function packed(bits: Uint8Array): Uint8Array {
  const head: number[] = [];
  pushVarint(head, bits.length * 2 + 1);
  const run = new Uint8Array(head.length + bits.length);
  run.set(head);
  run.set(bits, head.length);
  return run;
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
}
