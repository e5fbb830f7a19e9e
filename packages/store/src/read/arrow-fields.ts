import { fieldAt, rootTable, target } from '../flatbuffer.ts';
import { Unusable } from './unusable.ts';

/** Fields of Arrow's flatbuffer tables, by their number in Message.fbs and Schema.fbs. */
const MESSAGE_HEADER_TYPE = 1;
const MESSAGE_HEADER = 2;
const SCHEMA = 1;
const SCHEMA_FIELDS = 1;
const FIELD_NAME = 0;
const FIELD_METADATA = 6;
const PAIR_KEY = 0;
const PAIR_VALUE = 1;
/** Continuation mark and length in front of the message. */
const FRAME = 8;
/** Pairs of a field: a recorder writes up to seven. */
const MOST_PAIRS = 64;

/**
 * The field metadata of an Arrow schema message, by column. Unlike apache-arrow it believes no length that it finds: bytes that
 * are no schema would have it fill all memory.
 * @param columns how many there have to be
 * @throws Unusable, or RangeError, for bytes that are no such schema
 */
export function arrowFields(message: Uint8Array, columns: number): Map<string, ReadonlyMap<string, string>> {
  const { fields, count } = fieldsUpTo(message, columns);
  if (count !== columns) throw new Unusable(`has ${columns} columns, its Arrow schema ${count}`);
  return fields;
}

export interface ArrowFields {
  readonly fields: Map<string, ReadonlyMap<string, string>>;
  /** How many there are; some may have the same name. */
  readonly count: number;
}

/** Likewise of a schema of up to so many fields. */
export function fieldsUpTo(message: Uint8Array, most: number): ArrowFields {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const fields = new Map<string, ReadonlyMap<string, string>>();
  const found = tables(view, fieldsAt(view), most);
  for (const field of found) {
    const metadata = new Map<string, string>();
    for (const pair of tables(view, at(view, field, FIELD_METADATA), MOST_PAIRS)) {
      metadata.set(text(view, at(view, pair, PAIR_KEY)), text(view, at(view, pair, PAIR_VALUE)));
    }
    fields.set(text(view, at(view, field, FIELD_NAME)), metadata);
  }
  return { fields, count: found.length };
}

/**
 * The end of a schema message, which has all that it says of its fields: FlatBuffers point forward only. What it says of the file
 * as a whole comes before, as apache-arrow writes it.
 * @throws Unusable, or RangeError, for bytes that are no schema
 */
export function bytesOfFields(message: Uint8Array): Uint8Array {
  const at = fieldsAt(new DataView(message.buffer, message.byteOffset, message.byteLength));
  return message.subarray(Math.max(0, at));
}

/** Where the list of fields lies; -1 where there is none. */
function fieldsAt(view: DataView): number {
  const root = rootTable(view, FRAME);
  const type = fieldAt(view, root, MESSAGE_HEADER_TYPE);
  if (type < 0 || view.getUint8(type) !== SCHEMA) throw new Unusable('has no Arrow schema');
  const schema = at(view, root, MESSAGE_HEADER);
  return schema < 0 ? -1 : at(view, schema, SCHEMA_FIELDS);
}

/** Where a table, vector or text lies that a field points at; -1 where there is none. */
function at(view: DataView, table: number, field: number): number {
  const place = fieldAt(view, table, field);
  return place < 0 ? -1 : target(view, place);
}

/** Where the tables of a vector lie. */
function tables(view: DataView, vector: number, most: number): number[] {
  if (vector < 0) return [];
  const length = view.getUint32(vector, true);
  if (length > most) throw new Unusable(`has an Arrow schema with a list of ${length}`);
  return Array.from({ length }, (_, index) => target(view, vector + 4 + index * 4));
}

function text(view: DataView, place: number): string {
  if (place < 0) return '';
  const length = view.getUint32(place, true);
  // A view of its own, so that a length beyond the end is an error.
  return Buffer.from(new Uint8Array(view.buffer, view.byteOffset + place + 4, length)).toString();
}
