import type { Outcome } from './outcome.ts';

/** A second way to parse the same file: slow, short and plain. Takes one character a byte. */
export type Twin = (text: string) => Outcome;

/** What a line of a file means. */
export interface TwinField {
  readonly key: string;
  readonly name: string;
  readonly multiply?: number;
  readonly drop?: number;
}

export const MALFORMED_OUTCOME: Outcome = { status: 'MALFORMED', values: {} };

const LIMIT = 2n ** 53n;

/** Collects values the way a parser does: what is too large is left out and noted. */
export class TwinValues {
  readonly #values = new Map<string, number>();
  #overflow = false;

  /** False when the text is no number. */
  add({ name, multiply = 1, drop = 0 }: TwinField, digits: string): boolean {
    if (!/^[0-9]+$/.test(digits)) return false;
    this.set(name, (BigInt(digits) / 10n ** BigInt(drop)) * BigInt(multiply));
    return true;
  }

  set(name: string, value: bigint): void {
    if (value > LIMIT) this.#overflow = true;
    else this.#values.set(name, Number(value));
  }

  setDouble(name: string, value: number): void {
    this.#values.set(name, value);
  }

  outcome(): Outcome {
    return { status: this.#overflow ? 'OVERFLOW' : 'OK', values: Object.fromEntries(this.#values) };
  }
}

/** Lines of a whole text, or null when it was cut. */
export function linesOf(text: string): string[] | null {
  return text.endsWith('\n') ? text.slice(0, -1).split('\n') : null;
}

/** A twin that need not look at empty and cut texts. */
export function twin(parse: (lines: string[], values: TwinValues) => boolean): Twin {
  return (text) => {
    if (text === '') return { status: 'ABSENT', values: {} };
    const lines = linesOf(text);
    const values = new TwinValues();
    return lines !== null && parse(lines, values) ? values.outcome() : MALFORMED_OUTCOME;
  };
}

/** `key value` a line; with `limits` the value may be `max`. */
export function flatTwin(fields: readonly TwinField[], limits = false): Twin {
  return twin((lines, values) =>
    lines.every((line) => {
      const space = line.indexOf(' ');
      if (space <= 0) return false;
      const field = fields.find(({ key }) => key === line.slice(0, space));
      const text = line.slice(space + 1);
      return field === undefined || (limits && text === 'max') || values.add(field, text);
    }),
  );
}

/** `Key:  value` or `Key:  value kB` a line; the latter for fields with a factor of 1024. */
export function colonTwin(fields: readonly TwinField[], headings = 0): Twin {
  return twin((lines, values) =>
    lines.slice(headings).every((line) => {
      const colon = line.indexOf(':');
      if (colon <= 0) return false;
      const field = fields.find(({ key }) => key === line.slice(0, colon));
      if (field === undefined) return true;
      const rest = line.slice(colon + 1).replace(/^[ \t]+/, '');
      if (field.multiply !== 1024) return values.add(field, rest);
      return rest.endsWith(' kB') && values.add(field, rest.slice(0, -3));
    }),
  );
}

/** `line key=value key=value …`, where a value may be `max`, and a space may stand at the end. */
export function nestedTwin(fields: readonly TwinField[]): Twin {
  return twin((lines, values) =>
    lines.every((text) => {
      const space = text.indexOf(' ');
      if (space <= 0) return false;
      const line = text.slice(0, space);
      if (!fields.some(({ key }) => key.startsWith(`${line} `))) return true;
      const words = text.slice(space + 1).split(' ');
      if (words.at(-1) === '') words.pop();
      return words.every((word) => {
        const equals = word.indexOf('=');
        if (equals < 0) return false;
        const field = fields.find(({ key }) => key === `${line} ${word.slice(0, equals)}`);
        const value = word.slice(equals + 1);
        return field === undefined || value === 'max' || values.add(field, value);
      });
    }),
  );
}

/** One number, or `max`. */
export function singleTwin(field: Omit<TwinField, 'key'>): Twin {
  return twin((lines, values) => {
    if (lines.length !== 1) return false;
    return lines[0] === 'max' || values.add({ key: '', ...field }, lines[0]!);
  });
}
