/**
 * Runs benchmarks, one process after the other, prints one table and keeps the figures in bench/out/.
 *
 *     npm run bench                    all of them, half an hour
 *     npm run bench -- --quick         all of them, shorter and so less exact
 *     npm run bench -- kill9 encode    these
 *
 * Each is a command of its own too: the first lines of each file say how.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine, machineLine } from './harness/machine.ts';
import { printTable, type Figure } from './harness/report.ts';

interface Benchmark {
  readonly file: string;
  readonly args?: readonly string[];
  readonly quick?: readonly string[];
}

/** By the name of the file in bench/out/ where it leaves figures. */
const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  'memory-stat': { file: 'micro/memory-stat.ts' },
  'proc-pid-stat': { file: 'micro/proc-pid-stat.ts' },
  'proc-pid-status': { file: 'micro/proc-pid-status.ts' },
  'proc-pid-io': { file: 'micro/proc-pid-io.ts' },
  'smaps-rollup': { file: 'micro/smaps-rollup.ts' },
  ring: { file: 'micro/ring.ts' },
  encode: { file: 'micro/encode.ts' },
  'spool-append': { file: 'micro/spool-append.ts' },
  'recorder-cost-idle': { file: 'macro/recorder-cost.ts', args: ['idle'], quick: ['idle', '--seconds', '30'] },
  'recorder-cost-active': { file: 'macro/recorder-cost.ts', args: ['active'], quick: ['active', '--seconds', '30'] },
  'recorder-cost-rollup': { file: 'macro/recorder-cost.ts', args: ['rollup'], quick: ['rollup', '--seconds', '30'] },
  churn: { file: 'macro/churn.ts', quick: ['--containers', '1000'] },
  kill9: { file: 'macro/kill9.ts', quick: ['--kills', '5', '--at-most', '4'] },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(', ')}; there are ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exit(2);
}

function resolve(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** Runs one to its end, its output passed on. True when it succeeded. */
function runOne(name: string): boolean {
  const { file, args = [], quick = args } = BENCHMARKS[name]!;
  const command = ['--conditions=@fgm/source', '--expose-gc', resolve(file), ...(values.quick ? quick : args)];
  return spawnSync(process.execPath, command, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

/** The figures it has left, its name in front; none for those that only print. */
function figuresOf(name: string): Figure[] {
  const path = resolve(`out/${name}.json`);
  if (!existsSync(path)) return [];
  const { figures } = JSON.parse(readFileSync(path, 'utf8')) as { figures: readonly Figure[] };
  return figures.map((figure) => ({ ...figure, name: `${name}: ${figure.name}` }));
}

const names = positionals.length > 0 ? positionals : Object.keys(BENCHMARKS);
const failed = names.filter((name) => !runOne(name));
const figures = names.filter((name) => !failed.includes(name)).flatMap(figuresOf);
console.log(`\n${machineLine(describeMachine())}`);
if (figures.length > 0) printTable(figures);
if (failed.length > 0) console.log(`failed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
