import { performance } from 'node:perf_hooks';
import { byEffort } from './effort.ts';

/** Something that can be done many times in a row. */
export interface Contender {
  /** Does it so many times. @returns CPU nanoseconds that this took, by the kernel's accounting */
  readonly run: (times: number) => number | Promise<number>;
}

export interface TurnOptions {
  /** CPU milliseconds of one turn. */
  readonly turnMs: number;
  readonly rounds: number;
}

const OPTIONS: TurnOptions = byEffort({
  full: { turnMs: 20, rounds: 21 },
  quick: { turnMs: 8, rounds: 11 },
  smoke: { turnMs: 0.5, rounds: 3 },
});
/** Milliseconds of turns before the first that counts: the compiler is done by then. */
const WARM_UP_MS = byEffort({ full: 400, quick: 150, smoke: 5 });
const MOST_TIMES = 1e8;

/** CPU nanoseconds of the process, all threads, so that the collector and the compiler count as well. */
export function cpuNs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** A function of this process. */
export function inProcess(call: () => unknown): Contender {
  return {
    run(times) {
      const before = cpuNs();
      for (let left = times; left > 0; left--) call();
      return cpuNs() - before;
    },
  };
}

/**
 * Nanoseconds of CPU that each contender needs once, in each of the rounds. In every round all have their turn, A B A B, so that
 * what disturbs the machine for longer than a turn disturbs all; the n-th numbers belong together.
 */
export async function byTurns(contenders: readonly Contender[], options: TurnOptions = OPTIONS): Promise<number[][]> {
  const times: number[] = [];
  for (const contender of contenders) times.push(await timesIn(contender, options.turnMs));
  const used = contenders.map((): number[] => []);
  for (let round = 0; round < options.rounds; round++) {
    for (const [index, contender] of contenders.entries())
      used[index]!.push((await contender.run(times[index]!)) / times[index]!);
  }
  return used;
}

/** How often something can be done in a turn, by doing it ever more often until it is warm. */
async function timesIn({ run }: Contender, turnMs: number): Promise<number> {
  const end = performance.now() + WARM_UP_MS;
  const wanted = turnMs * 1e6;
  let times = 1;
  for (;;) {
    const ns = Math.max(1000, await run(times));
    if (ns >= wanted / 2 && performance.now() >= end)
      return Math.max(1, Math.min(MOST_TIMES, Math.round((times * wanted) / ns)));
    if (ns < wanted) times = Math.min(MOST_TIMES, Math.max(times + 1, Math.round(times * Math.min(10, wanted / ns))));
  }
}
