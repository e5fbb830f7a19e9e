import { Growing } from './growing.ts';

/** The keys that rows are sorted by, each kept once: some texts and numbers each. */
export class SortKeys {
  readonly #texts = new Map<string, number>();
  readonly #keys = new Map<string, number>();
  readonly #parts: readonly Growing[];
  readonly #isText: readonly boolean[];

  /** @param isText for each part of a key whether it is a text */
  constructor(isText: readonly boolean[]) {
    this.#isText = isText;
    this.#parts = isText.map(() => new Growing());
    // Absent is sorted as the empty text is.
    this.#texts.set('', 0);
  }

  get size(): number {
    return this.#keys.size;
  }

  /** The number of a text, which stands for it in a key. */
  text(bytes: Uint8Array): number {
    // Byte by byte: texts then compare as their bytes do, and no byte is lost.
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    let number = this.#texts.get(text);
    if (number === undefined) this.#texts.set(text, (number = this.#texts.size));
    return number;
  }

  /** The number of a key. @param parts per part the values of some rows, @param row the one whose key it is */
  key(parts: readonly Float64Array[], row: number): number {
    const text = parts.map((values) => values[row]).join();
    let number = this.#keys.get(text);
    if (number !== undefined) return number;
    number = this.#keys.size;
    this.#keys.set(text, number);
    for (const [part, values] of parts.entries()) this.#parts[part]!.push(values[row]!);
    return number;
  }

  /** Per key its place in the order of keys. */
  places(): Float64Array {
    const sorted = [...this.#texts.keys()].sort(compare);
    const ranks = new Float64Array(sorted.length);
    for (const [rank, text] of sorted.entries()) ranks[this.#texts.get(text)!] = rank;
    const part = (index: number, key: number): number => {
      const value = this.#parts[index]!.at(key);
      return this.#isText[index] === true ? ranks[value]! : value;
    };
    const order = Float64Array.from({ length: this.size }, (_, key) => key).sort((a, b) => {
      for (let index = 0; index < this.#parts.length; index++) {
        const difference = part(index, a) - part(index, b);
        if (difference !== 0) return difference;
      }
      return 0;
    });
    const places = new Float64Array(this.size);
    for (const [place, key] of order.entries()) places[key] = place;
    return places;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
