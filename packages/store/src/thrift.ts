import { ThriftBytes } from './thrift-bytes.ts';

/**
 * Thrift's compact protocol, as far as Parquet's page headers and footers need it: any struct is read into a tree of field
 * numbers and written back, unknown fields included, so that a footer can be rewritten without knowing all of it.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export const TRUE = 1;
export const FALSE = 2;
const BYTE = 3;
const I16 = 4;
export const I32 = 5;
export const I64 = 6;
const DOUBLE = 7;
export const BINARY = 8;
export const LIST = 9;
const SET = 10;
export const STRUCT = 12;

export interface ThriftList {
  readonly type: number;
  readonly items: ThriftValue[];
}
export interface ThriftField {
  readonly type: number;
  readonly value: ThriftValue;
}
/** Fields by their number. */
export type ThriftStruct = Map<number, ThriftField>;
export type ThriftValue = number | Uint8Array | ThriftList | ThriftStruct;

const STOP = 0;
/** Structs and lists within each other: a footer has six. */
const DEEPEST = 64;
const TWO_31 = 2147483648;

/** Reads structs out of a buffer; `at` moves behind what was read. */
export class ThriftReader extends ThriftBytes {
  readonly #view: DataView;
  #depth = 0;

  constructor(bytes: Uint8Array, at = 0) {
    super(bytes, at);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @throws RangeError when the bytes end inside the struct or hold something that Parquet does not use. */
  struct(): ThriftStruct {
    const fields: ThriftStruct = new Map();
    let id = 0;
    this.#enter();
    for (;;) {
      const header = this.byte();
      if (header === STOP) {
        this.#depth--;
        return fields;
      }
      const type = header & 0x0f;
      id = header >> 4 === 0 ? this.zigzag() : id + (header >> 4);
      fields.set(id, { type, value: type === TRUE || type === FALSE ? 0 : this.#value(type) });
    }
  }

  #enter(): void {
    if (++this.#depth > DEEPEST) throw new RangeError(`thrift: more than ${DEEPEST} levels at offset ${this.at}`);
  }

  #value(type: number): ThriftValue {
    switch (type) {
      case TRUE:
      case FALSE:
      case BYTE:
        return this.byte();
      case I16:
      case I32:
      case I64:
        return this.zigzag();
      case DOUBLE:
        this.at += 8;
        return this.#view.getFloat64(this.at - 8, true);
      case BINARY:
        return this.run();
      case LIST:
      case SET:
        return this.#list();
      case STRUCT:
        return this.struct();
      default:
        throw new RangeError(`thrift: unknown type ${type} before offset ${this.at}`);
    }
  }

  #list(): ThriftList {
    const header = this.byte();
    const type = header & 0x0f;
    const size = header >> 4 === 15 ? this.varint() : header >> 4;
    const items: ThriftValue[] = [];
    this.#enter();
    for (let index = 0; index < size; index++) items.push(this.#value(type));
    this.#depth--;
    return { type, items };
  }
}

/** Collects structs as bytes. */
class ThriftWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  result(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  struct(fields: ThriftStruct): void {
    let last = 0;
    for (const id of [...fields.keys()].sort((a, b) => a - b)) {
      const { type, value } = fields.get(id)!;
      const delta = id - last;
      if (delta > 0 && delta < 16) this.#byte((delta << 4) | type);
      else {
        this.#byte(type);
        this.#zigzag(id);
      }
      last = id;
      if (type !== TRUE && type !== FALSE) this.#value(type, value);
    }
    this.#byte(STOP);
  }

  #reserve(extra: number): void {
    if (this.#length + extra <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + extra));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#byte((rest % 128) | 0x80);
      rest = Math.floor(rest / 128);
    }
    this.#byte(rest);
  }

  #zigzag(value: number): void {
    this.#varint(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  #value(type: number, value: ThriftValue): void {
    if (type === TRUE || type === FALSE || type === BYTE) this.#byte(value as number);
    else if (type === I16 || type === I32 || type === I64) this.#zigzag(value as number);
    else if (type === DOUBLE) this.#double(value as number);
    else if (type === BINARY) this.#binary(value as Uint8Array);
    else if (type === LIST || type === SET) this.#list(value as ThriftList);
    else this.struct(value as ThriftStruct);
  }

  #double(value: number): void {
    this.#reserve(8);
    new DataView(this.#bytes.buffer).setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  #binary(value: Uint8Array): void {
    this.#varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  #list(list: ThriftList): void {
    if (list.items.length < 15) this.#byte((list.items.length << 4) | list.type);
    else {
      this.#byte(0xf0 | list.type);
      this.#varint(list.items.length);
    }
    for (const item of list.items) this.#value(list.type, item);
  }
}

export function writeThrift(fields: ThriftStruct): Uint8Array {
  const writer = new ThriftWriter();
  writer.struct(fields);
  return writer.result();
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function i32(value: number): ThriftField {
  // A larger number would be cut off silently by every reader.
  if (value >= TWO_31) throw new RangeError(`${value} does not fit in 32 bits`);
  return { type: I32, value };
}

export function i64(value: number): ThriftField {
  return { type: I64, value };
}

export function binary(value: Uint8Array): ThriftField {
  return { type: BINARY, value };
}

export function text(value: string): ThriftField {
  return binary(encoder.encode(value));
}

export function structs(items: ThriftStruct[]): ThriftField {
  return { type: LIST, value: { type: STRUCT, items } };
}

export function struct(fields: [number, ThriftField][]): ThriftField {
  return { type: STRUCT, value: new Map(fields) };
}

/** @throws RangeError when the field is not there or not a whole number. */
export function numberAt(fields: ThriftStruct, id: number): number {
  const value = fields.get(id)?.value;
  if (!Number.isSafeInteger(value)) throw new RangeError(`thrift: field ${id} is not a number`);
  return value as number;
}

/** The items of a list field; none when it is not there. @throws RangeError when it is no list */
export function itemsAt(fields: ThriftStruct, id: number): ThriftValue[] {
  const list = fields.get(id)?.value;
  if (list === undefined) return [];
  if (typeof list === 'number' || !('items' in list)) throw new RangeError(`thrift: field ${id} is not a list`);
  return list.items;
}

/** Likewise of a list of structs. @throws RangeError when it is none */
export function structsAt(fields: ThriftStruct, id: number): ThriftStruct[] {
  const items = itemsAt(fields, id);
  if (!items.every((item) => item instanceof Map)) throw new RangeError(`thrift: field ${id} is not a list of structs`);
  return items;
}

/** The struct of a field. @throws RangeError when it is not there or none */
export function structAt(fields: ThriftStruct, id: number): ThriftStruct {
  const value = fields.get(id)?.value;
  if (!(value instanceof Map)) throw new RangeError(`thrift: field ${id} is not a struct`);
  return value;
}

/** The text of a binary field, or null when it is not there. */
export function textAt(fields: ThriftStruct, id: number): string | null {
  const value = fields.get(id)?.value;
  return value instanceof Uint8Array ? decoder.decode(value) : null;
}
