/**
 * Tries every property of the repository: npm run fuzz -- [--cases N] [--seed S] [--only TEXT]
 *
 * Finds all test files that declare properties, runs each in a process of its own, spreads the cases over the properties by
 * what a case costs, and prints per property how many cases were tried and what was found, and at last the sums of the
 * packages and the seed. Exit status 1 when anything was found, 2 when it was asked wrongly.
 */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { PropertyReport } from '../src/property.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DECLARES = /from '[^']*\/(?:property|parser-suite)(?:\.ts)?'/;
/** Of each of the cheapest properties in the first round, which finds the properties and what they cost. */
const FIRST_ROUND = 20;
/** A file that takes longer hangs. */
const MOST_MS = 3_600_000;

interface FileResult {
  readonly reports: readonly PropertyReport[];
  /** What ended the process, unless it ended by itself. */
  readonly crash: string | null;
  /** A test failed that is no property. */
  readonly other: boolean;
}

const OPTIONS = {
  cases: { type: 'string', default: '100000' },
  seed: { type: 'string' },
  only: { type: 'string', default: '' },
} as const;

const options = read();
const CASES = wholeNumber('cases', options.cases, 1);
/** One for all files, so that the run can be made again. */
const SEED = String(wholeNumber('seed', options.seed ?? String(randomInt(2 ** 31)), -(2 ** 31)));

function parse() {
  return parseArgs({ options: OPTIONS }).values;
}

function read(): ReturnType<typeof parse> {
  try {
    return parse();
  } catch (error) {
    return refuse(
      `${(error as Error).message.split('\n')[0]!.replace(/\.$/, '')}; there are --cases N, --seed S and --only TEXT`,
    );
  }
}

function refuse(message: string): never {
  process.stderr.write(`fuzz: ${message}\n`);
  process.exit(2);
}

function wholeNumber(flag: keyof typeof OPTIONS, text: string, least: number): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (number >= least && Number.isSafeInteger(number)) return number;
  return refuse(`--${flag} is ${text}; wanted a whole number of at least ${least}`);
}

function filesWithProperties(only: string): string[] {
  const files = globSync('packages/*/test/**/*.test.ts', { cwd: ROOT }).sort();
  return files.filter((file) => file.includes(only) && DECLARES.test(readFileSync(join(ROOT, file), 'utf8')));
}

async function run(file: string, cases: number, directory: string): Promise<FileResult> {
  const report = join(directory, 'report.jsonl');
  rmSync(report, { force: true });
  const env = {
    ...process.env,
    FGM_FUZZ_CASES: String(cases),
    TAP_TIMEOUT: String(MOST_MS / 1000),
    FGM_FUZZ_REPORT: report,
    FGM_FUZZ_SEED: SEED,
  };
  const flags = ['--conditions=@fgm/source', '--expose-gc', '--no-warnings'];
  const child = spawn(process.execPath, [...flags, file], { cwd: ROOT, env, stdio: 'ignore', timeout: MOST_MS });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  const reports = linesOf(report).map((line) => JSON.parse(line) as PropertyReport);
  const failed = reports.some(({ problem }) => problem !== null);
  return { reports, crash: signal, other: code !== 0 && signal === null && !failed };
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
}

/** What was found of one property in both rounds. */
class Tally {
  cases = 0;
  seconds = 0;
  readonly problems: string[] = [];
  readonly cost: number;

  constructor(cost: number) {
    this.cost = cost;
  }
}

/** All properties of a file, and what else went wrong in it. */
class FileTally {
  readonly properties = new Map<string, Tally>();
  readonly crashes: string[] = [];
  other = false;

  take({ reports, crash, other }: FileResult): void {
    const first = this.properties.size === 0;
    for (const { property, cost, cases, seconds, problem } of reports) {
      const tally = this.properties.get(property) ?? new Tally(cost);
      this.properties.set(property, tally);
      tally.cases += cases;
      tally.seconds += seconds;
      if (problem !== null) tally.problems.push(problem);
    }
    if (crash !== null) this.crashes.push(`ended by ${crash}`);
    else if (!first && reports.length < this.properties.size) this.crashes.push('ended before all of its properties');
    if (first && reports.length === 0) this.crashes.push('declares properties and tried none');
    this.other ||= other;
  }

  /** Cases that it tries for each case of the cheapest properties. */
  get share(): number {
    return [...this.properties.values()].reduce((sum, { cost }) => sum + 1 / cost, 0);
  }

  get failures(): number {
    return this.crashes.length + [...this.properties.values()].filter(({ problems }) => problems.length > 0).length;
  }

  get tried(): number {
    return [...this.properties.values()].reduce((sum, { cases }) => sum + cases, 0);
  }

  get seconds(): number {
    return [...this.properties.values()].reduce((sum, { seconds }) => sum + seconds, 0);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function print(file: string, tally: FileTally): void {
  say(file);
  for (const [property, { cases, seconds, problems }] of tally.properties) {
    const result = problems.length === 0 ? 'ok' : 'FAILED';
    const perCase = `${((seconds / cases) * 1e6).toFixed(0)} µs`;
    say(
      `  ${String(cases).padStart(8)} ${seconds.toFixed(1).padStart(7)} s ${perCase.padStart(10)}  ${result}  ${property}`,
    );
    for (const problem of problems) say(problem.replace(/^/gm, '      '));
  }
  for (const crash of tally.crashes) say(`  FAILED: ${crash}`);
  if (tally.other) say('  (a test in this file failed that is no property)');
}

function sumOf(tallies: readonly FileTally[], of: (tally: FileTally) => number): number {
  return tallies.reduce((sum, tally) => sum + of(tally), 0);
}

/** A line for each package, and one for all of them. */
function printSums(files: ReadonlyMap<string, FileTally>, minutes: number): void {
  for (const [name, entries] of Map.groupBy(files, ([file]) => file.split('/')[1]!)) {
    const tallies = entries.map(([, tally]) => tally);
    const cases = sumOf(tallies, ({ tried }) => tried);
    const properties = sumOf(tallies, (tally) => tally.properties.size);
    const failures = sumOf(tallies, (tally) => tally.failures);
    const seconds = sumOf(tallies, (tally) => tally.seconds).toFixed(0);
    say(`${name}: ${cases} cases of ${properties} properties, ${seconds} s, ${failures} failed`);
  }
  const all = [...files.values()];
  const properties = sumOf(all, (tally) => tally.properties.size);
  const failures = sumOf(all, (tally) => tally.failures);
  const cases = sumOf(all, ({ tried }) => tried);
  say(`${cases} cases of ${properties} properties in ${minutes.toFixed(1)} min from seed ${SEED}: ${failures} failed`);
}

async function main(): Promise<number> {
  const files = new Map(filesWithProperties(options.only).map((file) => [file, new FileTally()]));
  if (files.size === 0)
    return refuse(`--only ${options.only}: no test file with properties has that in its path, such as fixture/test`);
  const directory = mkdtempSync(join(tmpdir(), 'fgm-fuzz-'));
  const start = performance.now();
  try {
    for (const [file, tally] of files) tally.take(await run(file, FIRST_ROUND, directory));
    const all = [...files.values()];
    const share = sumOf(all, (tally) => tally.share);
    const left = Math.max(0, CASES - sumOf(all, ({ tried }) => tried));
    for (const [file, tally] of files) {
      if (left > 0 && tally.failures === 0) tally.take(await run(file, left / share, directory));
      print(file, tally);
    }
    printSums(files, (performance.now() - start) / 60_000);
    return all.every(({ failures }) => failures === 0) ? 0 : 1;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

process.exitCode = await main();
