import { ThriftBytes } from '../thrift-bytes.ts';
import { BINARY, FALSE, I32, I64, LIST, STRUCT, TRUE } from '../thrift.ts';

const STOP = 0;
const BYTE = 3;
const I16 = 4;
const DOUBLE = 7;
const SET = 10;
/** Structs and lists within each other: a footer has six. */
const DEEPEST = 64;

/**
 * Walks through structs of Thrift's compact protocol and makes nothing of what it passes by: a footer of hundreds of columns is read
 * for a few numbers of each.
 *
 *     cursor.enter();
 *     while (cursor.next()) {
 *       if (cursor.field === 3) rows = cursor.int();
 *       else cursor.skip();
 *     }
 *
 * Whatever is wrong with the bytes throws a RangeError.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export class ThriftCursor extends ThriftBytes {
  /** Number of the field that next() has found. */
  field = 0;
  #type = 0;
  #depth = 0;
  /** For each struct that has been entered the field before. */
  readonly #fields = new Int32Array(DEEPEST + 1);

  /** Begins with the fields of a struct: the one here, or the value of the field that was found. */
  enter(): void {
    if (++this.#depth > DEEPEST) throw new RangeError(`thrift: more than ${DEEPEST} levels at offset ${this.at}`);
    this.#fields[this.#depth] = 0;
  }

  /** Finds the next field of the struct entered last; false at its end, which leaves it. The value must then be read or skipped. */
  next(): boolean {
    const header = this.byte();
    if (header === STOP) {
      this.#depth--;
      return false;
    }
    this.#type = header & 0x0f;
    this.field = header >> 4 === 0 ? this.zigzag() : this.#fields[this.#depth]! + (header >> 4);
    this.#fields[this.#depth] = this.field;
    return true;
  }

  /** The value of the field, an integer; exact to 2^53. */
  int(): number {
    if (this.#type !== I32 && this.#type !== I64 && this.#type !== I16) throw this.#unexpected('an integer');
    return this.zigzag();
  }

  /** The value of the field, bytes. */
  binary(): Uint8Array {
    if (this.#type !== BINARY) throw this.#unexpected('bytes');
    return this.run();
  }

  /** The value of the field is a struct, whose fields come next. */
  struct(): void {
    if (this.#type !== STRUCT) throw this.#unexpected('a struct');
    this.enter();
  }

  /** The value of the field is a list of structs. @returns how many; each is to be entered */
  structs(): number {
    if (this.#type !== LIST) throw this.#unexpected('a list');
    const header = this.byte();
    const size = header >> 4 === 15 ? this.varint() : header >> 4;
    if (size > 0 && (header & 0x0f) !== STRUCT) throw this.#unexpected('a list of structs');
    return size;
  }

  /** Passes the value of the field by. */
  skip(): void {
    // True and false stand in the header.
    if (this.#type !== TRUE && this.#type !== FALSE) this.#skip(this.#type);
  }

  #skip(type: number): void {
    switch (type) {
      case TRUE:
      case FALSE:
      case BYTE:
        this.byte();
        return;
      case I16:
      case I32:
      case I64:
        while (this.byte() >= 0x80);
        return;
      case DOUBLE:
        for (let left = 8; left > 0; left--) this.byte();
        return;
      case BINARY:
        this.run();
        return;
      case LIST:
      case SET:
        return this.#skipList();
      case STRUCT:
        this.enter();
        while (this.next()) this.skip();
        return;
      default:
        throw new RangeError(`thrift: unknown type ${type} before offset ${this.at}`);
    }
  }

  #skipList(): void {
    const header = this.byte();
    const type = header & 0x0f;
    const size = header >> 4 === 15 ? this.varint() : header >> 4;
    if (++this.#depth > DEEPEST) throw new RangeError(`thrift: more than ${DEEPEST} levels at offset ${this.at}`);
    for (let index = 0; index < size; index++) this.#skip(type);
    this.#depth--;
  }

  #unexpected(wanted: string): RangeError {
    return new RangeError(`thrift: ${wanted} wanted at offset ${this.at}, found type ${this.#type}`);
  }
}
