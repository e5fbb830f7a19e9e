import { twin, type Twin } from './twins.ts';

/** Sums by column name. */
export class TwinSums {
  readonly sums = new Map<string, bigint>();

  add(name: string, digits: string): boolean {
    if (!/^[0-9]+$/.test(digits)) return false;
    this.sums.set(name, (this.sums.get(name) ?? 0n) + BigInt(digits));
    return true;
  }
}

/** A twin for files with a line for each device. @param line adds a line's numbers; false when it is malformed */
export function deviceSumsTwin(line: (sums: TwinSums, text: string) => boolean): Twin {
  return twin((lines, values) => {
    const sums = new TwinSums();
    if (!lines.every((text) => line(sums, text))) return false;
    for (const [name, sum] of sums.sums) values.set(name, sum);
    return true;
  });
}
