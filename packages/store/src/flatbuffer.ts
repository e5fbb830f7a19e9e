/**
 * Finds fields in a FlatBuffers table, as far as Arrow's `Message` and `RecordBatch` need it. The classes that
 * apache-arrow generates for the same purpose make an object and a BigInt for every number they give.
 * https://flatbuffers.dev/internals/
 */

/** Where the table that a buffer starts with lies. */
export function rootTable(view: DataView, at: number): number {
  return at + view.getUint32(at, true);
}

/** Where the field's bytes lie, or -1 when the table does not have it (it has its default then). */
export function fieldAt(view: DataView, table: number, field: number): number {
  const vtable = table - view.getInt32(table, true);
  const slot = 4 + field * 2;
  if (slot >= view.getUint16(vtable, true)) return -1;
  const offset = view.getUint16(vtable + slot, true);
  return offset === 0 ? -1 : table + offset;
}

/** Where the table or vector lies that an offset field points at. */
export function target(view: DataView, field: number): number {
  return field + view.getUint32(field, true);
}

const TWO_32 = 4294967296;

/** A 64-bit integer, exact to 2^53. */
export function readLong(view: DataView, at: number): number {
  return view.getInt32(at + 4, true) * TWO_32 + view.getUint32(at, true);
}

export function writeLong(view: DataView, at: number, value: number): void {
  const high = Math.floor(value / TWO_32);
  view.setUint32(at, value - high * TWO_32, true);
  view.setInt32(at + 4, high, true);
}
