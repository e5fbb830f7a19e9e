/** A varint of 64 bits has so many bytes. */
const MOST_VARINT_BYTES = 10;

/** The numbers and runs of bytes that Thrift's compact protocol is made of. Whatever is wrong with the bytes throws a RangeError. */
export class ThriftBytes {
  readonly bytes: Uint8Array;
  /** Where it is: behind what was read. */
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  protected byte(): number {
    if (this.at >= this.bytes.length) throw new RangeError(`thrift: bytes end at offset ${this.at} inside a struct`);
    return this.bytes[this.at++]!;
  }

  /** Exact to 2^53, which is more than any size or offset here. */
  protected varint(): number {
    let value = 0;
    let scale = 1;
    for (let bytes = 1; ; bytes++) {
      if (bytes > MOST_VARINT_BYTES) throw new RangeError(`thrift: a number without end at offset ${this.at}`);
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  protected zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Bytes behind their length. */
  protected run(): Uint8Array {
    const length = this.varint();
    if (this.at + length > this.bytes.length) {
      throw new RangeError(`thrift: ${length} bytes wanted at offset ${this.at}, found ${this.bytes.length - this.at}`);
    }
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}
