import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BENCHMARKS } from './harness/benchmarks.ts';
import { comparedTable, Comparison, isWorse, type Compared } from './harness/compared.ts';
import type { Effort } from './harness/effort.ts';
import { describeMachine, machineLine } from './harness/machine.ts';
import { OUT } from './harness/report.ts';
import { BENCH, runBenchmark } from './harness/run-benchmark.ts';
import { commitOf, Worktree } from './harness/worktree.ts';

export interface CompareOptions {
  readonly names: readonly string[];
  readonly effort: Effort;
  /** Ratio of costs above which a figure counts as worse. */
  readonly limit: number;
  readonly rounds: number;
}

/** What is suspected is measured so many times as often again before it is called worse. */
const CONFIRMATION = 2;
const EXIT_OK = 0;
const EXIT_WORSE = 1;
const EXIT_NOTHING = 2;

/** Measures a commit and this work tree by turns, and prints what changed. @returns the exit code */
export async function compare(revision: string, options: CompareOptions): Promise<number> {
  const commit = commitOf(revision);
  if (commit === null) {
    console.error(`--compare: this repository has no commit ${revision}`);
    return EXIT_NOTHING;
  }
  const base = new Worktree(commit);
  const scratch = mkdtempSync(join(tmpdir(), 'fgm-compare-out-'));
  const clean = (): void => rmSync(scratch, { recursive: true, force: true });
  process.once('exit', clean);
  try {
    return await new Race(base, scratch, options).run(revision, commit);
  } finally {
    base.remove();
    clean();
    process.off('exit', clean);
  }
}

/** Both versions, round after round. */
class Race {
  readonly #base: Worktree;
  readonly #scratch: string;
  readonly #options: CompareOptions;
  readonly #comparison = new Comparison();
  readonly #failed = new Map<string, string>();

  constructor(base: Worktree, scratch: string, options: CompareOptions) {
    this.#base = base;
    this.#scratch = scratch;
    this.#options = options;
  }

  async run(revision: string, commit: string): Promise<number> {
    const { names, rounds, limit } = this.#options;
    await this.#rounds(names, rounds, '');
    const suspects = this.#worse();
    if (suspects.length > 0) {
      console.error(`seem worse, so once more: ${suspects.join(', ')}`);
      await this.#rounds(suspects, rounds * CONFIRMATION, 'again, ');
    }
    const results = this.#comparison.results();
    this.#print(revision, commit, results);
    for (const [name, side] of this.#failed) console.log(`${name}: fails in ${side}, not compared`);
    if (results.length === 0 || [...this.#failed.values()].includes('head')) return EXIT_NOTHING;
    return results.some((result) => isWorse(result, limit)) ? EXIT_WORSE : EXIT_OK;
  }

  #worse(): string[] {
    const worse = this.#comparison.results().filter((result) => isWorse(result, this.#options.limit));
    return [...new Set(worse.map(({ benchmark }) => benchmark))];
  }

  async #rounds(names: readonly string[], rounds: number, what: string): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      console.error(`${what}round ${round + 1} of ${rounds}`);
      for (const name of names) {
        // Whoever comes first finds the machine as the benchmark before has left it: each does half of the time.
        const sides = round % 2 === 0 ? (['base', 'head'] as const) : (['head', 'base'] as const);
        for (const side of sides) if (!this.#failed.has(name)) await this.#runOne(name, side);
      }
    }
  }

  async #runOne(name: string, side: 'base' | 'head'): Promise<void> {
    const out = join(this.#scratch, side);
    mkdirSync(out, { recursive: true });
    const figures = await runBenchmark(name, BENCHMARKS[name]!, {
      effort: this.#options.effort,
      bench: side === 'base' ? this.#base.bench : BENCH,
      out,
      alone: true,
      quiet: true,
      recording: join(this.#scratch, 'recording.json'),
    });
    if (figures === null) this.#failed.set(name, side);
    else this.#comparison.add(name, side, figures);
  }

  #print(revision: string, commit: string, results: readonly Compared[]): void {
    const { limit } = this.#options;
    const machine = describeMachine();
    const worse = results.filter((result) => isWorse(result, limit)).length;
    console.log(machineLine(machine));
    console.log(`base ${revision} (${commit.slice(0, 12)}), head this work tree\n`);
    for (const line of comparedTable(results, limit)) console.log(line);
    console.log(`\n${results.length} figures, ${worse} worse than ${limit.toFixed(2)} times the base`);
    const record = { at: new Date(), base: commit, limit, machine, results, failed: Object.fromEntries(this.#failed) };
    mkdirSync(OUT, { recursive: true });
    writeFileSync(join(OUT, 'compare.json'), `${JSON.stringify(record, null, 2)}\n`);
  }
}
