/**
 * Runs benchmarks, one process after the other, prints one table and keeps the figures in bench/out/: results.json, and a file for
 * each benchmark with everything behind its figures.
 *
 *     npm run bench                    all of them, an hour
 *     npm run bench -- --quick         all of them, shorter and so less exact
 *     npm run bench -- kill9 encode    these
 *     npm run bench -- --smoke         the short ones, for a moment, all at once: that they run, not what they say
 *
 *     npm run bench -- --compare REV [--fail-above 1.10] [--rounds 5] [NAME…]
 *                                      this work tree against a commit, by turns; ends with 1 when a figure is worse
 *
 * Each is a command of its own too: the first lines of each file say how.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compare } from './compare.ts';
import { BENCHMARKS, COMPARED, PARSERS, SMOKED, unknownAmong } from './harness/benchmarks.ts';
import type { Effort } from './harness/effort.ts';
import { describeMachine, machineLine } from './harness/machine.ts';
import { OUT } from './harness/report.ts';
import { runBenchmark, runTogether, type RunOptions } from './harness/run-benchmark.ts';
import { printTable, type Section } from './harness/table.ts';

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  smoke: { type: 'boolean', default: false },
  compare: { type: 'string' },
  'fail-above': { type: 'string', default: '1.10' },
  rounds: { type: 'string', default: '5' },
} as const;

const { values, positionals } = read();

function read(): { values: ReturnType<typeof parse>['values']; positionals: readonly string[] } {
  try {
    return parse();
  } catch (error) {
    return refuse((error as Error).message.split('\n')[0]!);
  }
}

function parse() {
  return parseArgs({ allowPositionals: true, options: OPTIONS });
}

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

/** A number of at least `least`. */
function atLeast(flag: 'fail-above' | 'rounds', least: number): number {
  const number = Number(values[flag]);
  return number >= least ? number : refuse(`--${flag}: want a number of at least ${least}, found ${values[flag]}`);
}

async function runAll(names: readonly string[], options: RunOptions): Promise<Section[]> {
  const sections: Section[] = [];
  for (const name of names) {
    const figures = await runBenchmark(name, BENCHMARKS[name]!, options);
    if (figures) sections.push({ name, figures });
  }
  return sections;
}

/** All at once, which tells nothing of how fast they are. */
async function runAtOnce(names: readonly string[], options: RunOptions): Promise<Section[]> {
  const quiet = { ...options, quiet: true };
  const [parsers, others] = [names.filter((name) => name in PARSERS), names.filter((name) => !(name in PARSERS))];
  const [ofParsers, ...ofOthers] = await Promise.all([
    runTogether(
      parsers.map((name) => [name, BENCHMARKS[name]!] as const),
      quiet,
    ),
    ...others.map((name) => runBenchmark(name, BENCHMARKS[name]!, quiet)),
  ]);
  const found = [...ofParsers, ...ofOthers];
  return [...parsers, ...others].flatMap((name, at) => (found[at] ? [{ name, figures: found[at] }] : []));
}

function keep(sections: readonly Section[], failed: readonly string[], { effort, out }: RunOptions): void {
  const machine = describeMachine();
  const results = { at: new Date(), machine, effort, failed, benchmarks: sections };
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  console.log(`\n${machineLine(machine)}`);
  printTable(sections);
  if (failed.length > 0) console.log(`failed: ${failed.join(', ')}`);
}

const unknown = unknownAmong(positionals);
if (unknown.length > 0) refuse(`no benchmark ${unknown.join(', ')}; there are ${Object.keys(BENCHMARKS).join(', ')}`);
if (values.compare !== undefined) {
  const [limit, rounds] = [atLeast('fail-above', 1), atLeast('rounds', 2)];
  const names = positionals.length > 0 ? positionals : COMPARED;
  const effort = values.smoke ? 'smoke' : 'quick';
  process.exitCode = await compare(values.compare, { names, limit, rounds, effort });
} else {
  const effort: Effort = values.smoke ? 'smoke' : values.quick ? 'quick' : 'full';
  const names = positionals.length > 0 ? positionals : values.smoke ? SMOKED : Object.keys(BENCHMARKS);
  // What was measured for a moment must not take the place of what was measured.
  const options: RunOptions = { effort, out: values.smoke ? join(OUT, 'smoke') : OUT };
  const sections = await (values.smoke ? runAtOnce : runAll)(names, options);
  const failed = names.filter((name) => !sections.some((section) => section.name === name));
  keep(sections, failed, options);
  process.exitCode = failed.length > 0 ? 1 : 0;
}
