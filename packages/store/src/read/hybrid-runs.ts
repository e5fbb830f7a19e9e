/**
 * Parquet's hybrid of run lengths and bit-packed values, in which definition levels and dictionary indices stand.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 *
 * @param from offset of the first run, @param end where the bytes end
 * @param width bits of a value, 0 to 32
 * @param into gets `count` values from its start
 * @throws RangeError when the bytes end before that
 */
export function readHybrid(
  bytes: Uint8Array,
  from: number,
  end: number,
  width: number,
  count: number,
  into: Int32Array | Uint8Array,
): void {
  let at = from;
  let done = 0;
  while (done < count) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= end || shift > 28) throw new RangeError(`runs end after ${done} of ${count} values`);
      const byte = bytes[at++]!;
      header |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    header >>>= 0;
    if ((header & 1) === 0) {
      const length = Math.min(header >>> 1, count - done);
      if (at + ((width + 7) >> 3) > end || header === 0)
        throw new RangeError(`runs end after ${done} of ${count} values`);
      let value = 0;
      for (let bits = 0; bits < width; bits += 8) value |= bytes[at++]! << bits;
      into.fill(value, done, done + length);
      done += length;
    } else {
      const values = (header >>> 1) * 8;
      const length = Math.min(values, count - done);
      if (at + Math.ceil((length * width) / 8) > end) throw new RangeError(`runs end after ${done} of ${count} values`);
      unpack(bytes, at, width, length, into, done);
      at += (values >> 3) * width;
      done += length;
    }
  }
}

function unpack(
  bytes: Uint8Array,
  from: number,
  width: number,
  count: number,
  into: Int32Array | Uint8Array,
  at: number,
): void {
  let bit = from * 8;
  for (let index = 0; index < count; index++) {
    let value = 0;
    for (let done = 0; done < width;) {
      const offset = bit & 7;
      const taken = Math.min(8 - offset, width - done);
      value |= ((bytes[bit >> 3]! >> offset) & ((1 << taken) - 1)) << done;
      done += taken;
      bit += taken;
    }
    into[at + index] = value;
  }
}
