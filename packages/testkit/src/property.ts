import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import fc from 'fast-check';

/** How long a property is tried, unless told otherwise. There are many of them. */
const DEFAULT_MS = 200;

/** What is told of a property to whoever asked for a report. */
export interface PropertyReport {
  readonly file: string;
  readonly property: string;
  /** What one case costs against one of the cheapest properties. */
  readonly cost: number;
  readonly cases: number;
  readonly seconds: number;
  /** The smallest counterexample and how to see it again; null when there is none. */
  readonly problem: string | null;
}

/** Whether nothing but properties is asked for, so that a file may leave out its dear examples. */
export function onlyProperties(): boolean {
  return process.env['FGM_FUZZ_REPORT'] !== undefined;
}

/** As much of a tap test as is needed here. */
interface Tester {
  readonly fullname: string;
  pass(message: string): unknown;
  fail(message: string): unknown;
}

interface Bounds {
  readonly numRuns: number;
  readonly interruptAfterTimeLimit?: number;
  readonly seed?: number;
}

function numberIn(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new RangeError(`${name}=${text}: wanted a number`);
  return value;
}

function boundsOf(cost: number): Bounds {
  const cases = numberIn('FGM_FUZZ_CASES');
  const seed = numberIn('FGM_FUZZ_SEED');
  return {
    numRuns: cases === undefined ? Number.MAX_SAFE_INTEGER : Math.max(1, Math.round(cases / cost)),
    ...(cases === undefined ? { interruptAfterTimeLimit: numberIn('FGM_FUZZ_MS') ?? DEFAULT_MS } : {}),
    ...(seed === undefined ? {} : { seed }),
  };
}

/** What to call to see a failure again. The seed gives the same cases in the same order, however fast the machine is. */
function again(file: string, cost: number, { seed, numRuns }: { seed: number; numRuns: number }): string {
  return `FGM_FUZZ_SEED=${seed} FGM_FUZZ_CASES=${Math.ceil(numRuns * cost)} npx tap --disable-coverage ${file}`;
}

/**
 * Tries a property, sync or async: for FGM_FUZZ_MS milliseconds (200 unless set), or, when FGM_FUZZ_CASES is set, for exactly
 * so many cases divided by `cost`, from FGM_FUZZ_SEED. A failure is printed with its smallest counterexample and the command
 * that shows it again. `npm run fuzz` sets FGM_FUZZ_REPORT, a file that gets one line of JSON for each property.
 *
 * @param cost of one case against one of the cheapest properties (some microseconds): 1000 for one that writes files
 */
export async function holds<Case>(t: Tester, property: fc.IRawProperty<Case>, cost = 1): Promise<void> {
  const file = relative(process.cwd(), process.argv[1] ?? '');
  const start = performance.now();
  const last = new LastCase(property);
  const details = await fc.check(property, boundsOf(cost));
  const cut = last.runs;
  const failure = cut ? await last.failure() : null;
  const seconds = (performance.now() - start) / 1000;
  const cases = details.numRuns + (cut ? 1 : 0);
  const problem = problemOf(details, failure);
  const line = problem === null ? null : `${problem}\n${again(file, cost, { ...details, numRuns: cases })}`;
  report({ file, property: t.fullname.replace(/^.* > TAP > /, ''), cost, cases, seconds, problem: line });
  if (line === null) t.pass(`${cases} cases`);
  else t.fail(line);
}

/**
 * The case that runs while time runs out. fast-check leaves it alone, but it goes on, with files and connections that the test is
 * about to close; and on a slow machine it is the only one.
 */
class LastCase {
  runs = false;
  #result: unknown = null;

  constructor(property: fc.IRawProperty<unknown>) {
    const run = property.run.bind(property);
    property.run = (value) => {
      const result = run(value);
      this.#result = result;
      if (result instanceof Promise) void this.#watch(result);
      return result;
    };
  }

  /** What it has failed with, at its end; null when it has not. */
  async failure(): Promise<Error | null> {
    const result = await this.#result;
    const error = typeof result === 'object' && result !== null && 'error' in result ? result.error : null;
    return error instanceof Error ? error : null;
  }

  /** A property's own promise is never rejected: what it throws is its result. */
  async #watch(result: Promise<unknown>): Promise<void> {
    this.runs = true;
    await result;
    if (this.#result === result) this.runs = false;
  }
}

function problemOf<Case>(details: fc.RunDetails<Case>, last: Error | null): string | null {
  if (last !== null) return last.stack ?? last.message;
  // Out of time before the first one had ended: fast-check calls that a failure.
  return details.failed && !(details.interrupted && details.numRuns === 0) ? messageOf(details) : null;
}

/** What fast-check says, without the path of its shrinking, which may be thousands of steps long. */
function messageOf<Case>(details: fc.RunDetails<Case>): string {
  const message = fc.defaultReportMessage(details) ?? '';
  const { errorInstance } = details;
  const thrown = errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : '';
  return `${message.replace(/ path: "[^"]*",/, '')}\n${thrown}`;
}

function report(line: PropertyReport): void {
  const file = process.env['FGM_FUZZ_REPORT'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(line)}\n`);
}
