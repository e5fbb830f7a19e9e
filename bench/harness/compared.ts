import { costRatio, ratioInterval } from './bootstrap.ts';
import { isMeasured, type Figure } from './figure.ts';
import { median, short } from './statistics.ts';
import { ratioText } from './table.ts';

/** A figure of both versions, of all rounds so far. */
export interface Compared {
  readonly benchmark: string;
  readonly name: string;
  readonly unit: string;
  readonly base: number;
  readonly head: number;
  /** How many times the base's cost the head's is, whichever direction is better. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly runs: number;
}

interface Series {
  readonly benchmark: string;
  readonly name: string;
  readonly unit: string;
  readonly higherIsBetter: boolean;
  readonly base: number[];
  readonly head: number[];
}

/** Collects what both versions have measured, round by round. */
export class Comparison {
  readonly #series = new Map<string, Series>();

  add(benchmark: string, side: 'base' | 'head', figures: readonly Figure[]): void {
    for (const { name, unit, higherIsBetter, median: value } of figures.filter(isMeasured)) {
      const key = JSON.stringify([benchmark, name, unit]);
      const series = this.#series.get(key) ?? { benchmark, name, unit, higherIsBetter, base: [], head: [] };
      this.#series.set(key, series);
      series[side].push(value);
    }
  }

  /** All figures that both versions have. */
  results(): Compared[] {
    const both = [...this.#series.values()].filter(({ base, head }) => base.length > 0 && head.length > 0);
    return both.map(({ benchmark, name, unit, higherIsBetter, base, head }) => {
      const [low, high] = ratioInterval(base, head, higherIsBetter);
      const [before, after] = [median(base), median(head)];
      const ratio = costRatio(before, after, higherIsBetter);
      return { benchmark, name, unit, base: before, head: after, ratio, low, high, runs: head.length };
    });
  }
}

/** Dearer than is allowed, and not by chance. */
export function isWorse({ ratio, low }: Compared, limit: number): boolean {
  return ratio > limit && low > 1;
}

const HEAD = ['', 'base', 'head', 'cost', '99 %', ''];

/** A line for each figure; what is worse is marked. */
export function comparedTable(results: readonly Compared[], limit: number): string[] {
  const rows = results.map((result) => [
    `${result.benchmark}: ${result.name}`,
    `${short(result.base)} ${result.unit}`,
    `${short(result.head)} ${result.unit}`,
    `× ${ratioText(result.ratio)}`,
    `${ratioText(result.low)} … ${ratioText(result.high)}`,
    isWorse(result, limit) ? 'worse' : '',
  ]);
  const wide = HEAD.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]!.length)));
  return [HEAD, ...rows].map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(wide[0]!) : cell.padStart(wide[column]!)))
      .join('  ')
      .trimEnd(),
  );
}
